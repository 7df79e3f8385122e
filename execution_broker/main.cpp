// execution_broker: the privileged side. Reads its settings, starts the broker, waits for the end.

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "execution_broker/broker.h"
#include "execution_broker/clock/system_time.h"
#include "execution_broker/config/env_file.h"
#include "execution_broker/confinement/confinement.h"
#include "execution_broker/doctor/command.h"
#include "execution_broker/exchange/smartapi/http/service_url.h"
#include "execution_broker/market/smartapi/bar_store.h"
#include "execution_broker/market/smartapi/bhavcopy.h"
#include "execution_broker/systemd_notify.h"
#include "trading/base/home.h"

namespace {

constexpr char kUsage[] =
    "usage: execution_broker [--home DIR] [--exit-when-idle SECONDS]\n"
    "       execution_broker [--home DIR] --print-settings[=json|=markdown|=env]\n"
    "       execution_broker [--home DIR] --import-bhavcopy FILE...\n"
    "       execution_broker [--home DIR] doctor [--live] [--attest] [--dry-order SYMBOL] [--json]\n"
    "       execution_broker --help | --version\n"
    "\n"
    "Owns the ledger, the risk checklist, the audit log and the market; agents and the operator reach it through two\n"
    "sockets under its home. Runs in the foreground until SIGTERM or Ctrl-C.\n"
    "\n"
    "  --home DIR                 else TRADING_MCP_HOME, else $XDG_STATE_HOME/trading-mcp, else ~/.local/state/trading-mcp\n"
    "  --exit-when-idle SECONDS   end by itself when nobody has called for so long\n"
    "  --print-settings           every setting with value, source and bounds; changes nothing\n"
    "  --import-bhavcopy FILE...  daily bars from NSE's cash-market bhavcopy (unpacked CSV, either form) into the store of\n"
    "                             bars; the broker of that home must not run\n"
    "\n"
    "  doctor                     what is wrong with this home, its users, doors and machine, and what to do;\n"
    "                             doctor --help\n"
    "\n"
    "Settings are read from .env in the home only. Exit: 0 ended as asked, 1 could not start, 2 usage.\n";

struct Arguments {
  std::vector<std::string> for_home;
  std::string print_settings;  // empty = run
  std::vector<std::string> bhavcopies;
  std::optional<broker::DoctorArguments> doctor;
  std::int64_t exit_when_idle = 0;
};

int usage_error(const std::string& what) {
  std::cerr << "execution_broker: " << what << "\n\n" << kUsage;
  return 2;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

trading::HomeEnvironment home_environment() {
  std::string user_home = environment("HOME");
  if (user_home.empty())
    if (const passwd* entry = ::getpwuid(::geteuid()); entry != nullptr) user_home = entry->pw_dir;
  return {environment("TRADING_MCP_HOME"), environment("XDG_STATE_HOME"), user_home};
}

// What the settings make necessary, and nothing else.
broker::Confinement confinement_of(const broker::Settings& settings, const broker::HomeFolders& folders) {
  broker::Confinement confinement;
  confinement.home = folders.home;
  if (!settings.market_data_dir.empty()) confinement.readable.emplace_back(settings.market_data_dir);
  if (!settings.smartapi_test_ca_file.empty()) confinement.readable.emplace_back(settings.smartapi_test_ca_file);
  if (settings.market_data != broker::MarketData::kSmartApi) return confinement;
  confinement.has_network = true;
  confinement.tcp_ports.push_back(53);  // names whose answers do not fit a datagram
  const broker::SmartApiUrls& urls = settings.smartapi;
  for (const auto& [kind, text] : {std::pair(broker::smartapi::UrlKind::kHttp, urls.rest), std::pair(broker::smartapi::UrlKind::kWebSocket, urls.stream),
                                   std::pair(broker::smartapi::UrlKind::kWebSocket, urls.order_stream), std::pair(broker::smartapi::UrlKind::kHttp, urls.instruments)})
    if (const auto url = broker::smartapi::parse_service_url(kind, text); url) {
      std::vector<std::uint16_t>& ports = confinement.tcp_ports;
      if (std::find(ports.begin(), ports.end(), url->port) == ports.end()) ports.push_back(url->port);
    }
  return confinement;
}

int print_settings(const broker::Settings& settings, const std::string& form) {
  if (form == "json") std::cout << broker::print_settings_json(settings) << "\n";
  else if (form == "markdown") std::cout << broker::print_settings_markdown();
  else if (form == "env") std::cout << broker::print_env_example();
  else return usage_error("--print-settings takes json, markdown or env, not " + form);
  return 0;
}

// Each file is kept or refused as a whole; the first refusal ends with exit code 1, what came before stays.
int import_bhavcopies(const broker::HomeFolders& folders, const std::vector<std::string>& files) {
  constexpr std::size_t kMostBytes = 64U << 20;
  auto store = broker::BarStore::open(folders.storage() / "market.db");
  if (!store) {
    std::cerr << "execution_broker: " << store.error().text() << "\n";
    return 1;
  }
  for (const std::string& name : files) {
    std::ifstream file(name, std::ios::binary);
    std::string bytes(kMostBytes + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (!file.eof() || bytes.size() > kMostBytes) {
      std::cerr << "execution_broker: " << name << " cannot be read, or is larger than 64 MB\n";
      return 1;
    }
    const auto day = broker::parse_bhavcopy(bytes, name.substr(name.rfind('/') + 1));
    if (!day) {
      std::cerr << "execution_broker: " << day.error().text() << "\n";
      return 1;
    }
    std::vector<broker::BarStore::DailyRow> rows;
    for (const broker::BhavcopyRow& row : day->rows) rows.push_back({row.symbol, row.bar});
    if (const auto kept = (*store)->put_day(day->day, rows, "bhavcopy"); !kept) {
      std::cerr << "execution_broker: " << kept.error().text() << "\n";
      return 1;
    }
    for (const std::string& finding : day->findings) std::cerr << finding << "\n";
    std::cout << day->day.iso() << " " << rows.size() << " symbols\n";
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const trading::HomeEnvironment surroundings = home_environment();
  const std::string credentials = environment("CREDENTIALS_DIRECTORY");
  const std::string notify_socket = environment("NOTIFY_SOCKET");
  const std::string watchdog_usec = environment("WATCHDOG_USEC");
  broker::harden_process();
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--help" || argument == "-h") {
      std::cout << kUsage;
      return 0;
    }
    if (argument == "--version") {
      std::cout << "execution_broker " << TRADING_MCP_VERSION << "\n";
      return 0;
    }
    if (argument == "--print-settings") {
      arguments.print_settings = "json";
    } else if (argument.starts_with("--print-settings=")) {
      arguments.print_settings = argument.substr(17);
    } else if (argument == "--exit-when-idle") {
      if (++i == argc) return usage_error("--exit-when-idle needs a number of seconds");
      const std::string text = argv[i];
      const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), arguments.exit_when_idle);
      if (code != std::errc{} || end != text.data() + text.size() || arguments.exit_when_idle <= 0)
        return usage_error("--exit-when-idle needs a number of seconds, not " + text);
    } else if (argument == "--import-bhavcopy") {
      while (i + 1 < argc && argv[i + 1][0] != '-') arguments.bhavcopies.emplace_back(argv[++i]);
      if (arguments.bhavcopies.empty()) return usage_error("--import-bhavcopy needs the names of files");
    } else if (argument == "--home") {
      arguments.for_home.push_back(argument);
      if (++i < argc) arguments.for_home.emplace_back(argv[i]);
    } else if (argument.starts_with("--home=")) {
      arguments.for_home.push_back(argument);
    } else if (argument == "doctor") {
      std::vector<std::string> rest(argv + i + 1, argv + argc);
      std::vector<std::string> words;
      // The home may stand behind the verb, too.
      for (std::size_t at = 0; at < rest.size(); ++at) {
        const bool is_home = rest[at] == "--home";
        if (is_home || rest[at].starts_with("--home=")) arguments.for_home.push_back(rest[at]);
        else words.push_back(rest[at]);
        if (is_home && at + 1 < rest.size()) arguments.for_home.push_back(rest[++at]);
      }
      auto doctor = broker::parse_doctor_arguments(words);
      if (!doctor) {
        std::cerr << "execution_broker: " << doctor.error().text() << "\n\n" << broker::kDoctorUsage;
        return 2;
      }
      arguments.doctor = std::move(*doctor);
      break;
    } else {
      return usage_error("unknown argument " + argument);
    }
  }

  const auto home = trading::resolve_home(arguments.for_home, surroundings);
  if (!home) {
    std::cerr << "execution_broker: " << home.error().text() << "\n";
    return 2;
  }
  if (arguments.doctor) return broker::run_doctor(*home, *arguments.doctor, TRADING_MCP_VERSION);
  spdlog::set_default_logger(spdlog::stderr_logger_mt("broker"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z level=%l %v");

  auto settings = broker::load_settings(*home + "/.env", {credentials});
  if (!settings) {
    std::cerr << "execution_broker: the settings in " << *home << "/.env cannot be used:\n"
              << broker::problems_text(settings.error());
    return 1;
  }
  if (!arguments.print_settings.empty()) return print_settings(*settings, arguments.print_settings);

  // The signals are taken by the wait below, in no other thread.
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ends, signal);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  const auto folders = broker::prepare_home(*home);
  if (!folders) {
    std::cerr << "execution_broker: " << folders.error().text() << "\n";
    return 1;
  }
  if (!arguments.bhavcopies.empty()) return import_bhavcopies(*folders, arguments.bhavcopies);
  // SQLite spills what does not fit its cache; /tmp is out of reach from here on.
  ::setenv("SQLITE_TMPDIR", folders->storage().c_str(), 1);
  // Before anything is opened that outside bytes may reach.
  broker::SystemdNotify systemd(notify_socket, watchdog_usec);
  const auto confined = broker::confine(confinement_of(*settings, *folders));
  if (!confined) {
    std::cerr << "execution_broker: " << confined.error().text() << "\n";
    return 1;
  }
  spdlog::info("event=confined {}", *confined);
  auto broker = broker::Broker::start(*folders, std::move(*settings));
  if (!broker) {
    std::cerr << "execution_broker: " << broker.error().text() << "\n";
    return 1;
  }
  spdlog::info("event=started version={} {}", TRADING_MCP_VERSION, (*broker)->summary());
  systemd.ready((*broker)->summary());
  const timespec half_second{0, 500'000'000};
  while (true) {
    systemd.alive(broker::system_steady_us(), (*broker)->us_since_desk());
    const int signal = ::sigtimedwait(&ends, nullptr, &half_second);
    if (signal > 0) {
      spdlog::info("event=stopping signal={}", signal);
      break;
    }
    if (arguments.exit_when_idle > 0 && (*broker)->idle_seconds() >= arguments.exit_when_idle) {
      spdlog::info("event=stopping reason=idle seconds={}", arguments.exit_when_idle);
      break;
    }
  }
  systemd.stopping();
  broker->reset();
  spdlog::info("event=stopped");
  return 0;
}
