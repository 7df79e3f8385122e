#include "tests/sandbox_exchange/options.h"

#include <functional>
#include <map>

#include "trading/base/decimal.h"

namespace sandbox {

using namespace trading;

const char* const kUsage =
    R"(usage: sandbox_exchange [options]

A SmartAPI server with a market of its own, for tests and dress rehearsals. Loopback only. Prints
one JSON line with its addresses and the credentials of its account when it is ready; ends on
SIGTERM, SIGINT, or when its standard input closes.

market
  --seed N              of prices, tokens and ids (1)
  --start TIME          exchange time at the start (2026-11-23T09:15:00+05:30)
  --speed FACTOR|step   how fast exchange time runs (1); step: it moves by the control port alone
  --clock machine       exchange time is the machine's wall clock
  --csv FOLDER          prices from SYMBOL_nse_1m.csv, _5m.csv or _1d.csv
  --instruments N       at least N rows in the instrument file; the first 2000 have prices
  --prints N            prints of a listing in a second, 1 to 10 (1)
  --cash RUPEES         of the account (1000000)
addresses, each a loopback address with an optional port (127.0.0.1, a free port)
  --rest ADDR  --stream ADDR  --order-stream ADDR  --instruments-file ADDR  --control ADDR
  --tls FOLDER          https and wss; the folder gets ca.pem, server.pem, server.key if it has none
                        (the control port stays plain)
account
  --client-code X  --pin X  --totp-secret BASE32  --api-key X
faults
  --faults FILE         JSON array of faults to arm at the start, as for POST /faults
other
  --verbose             a line for each request on standard error
  --help  --version

control port (JSON): GET /clock /state /book /writes /requests /faults /faults/catalogue
  POST /clock     {"advance":"5m"} {"to":"2026-11-23T15:10:00"} {"speed":60}
  POST /faults    {"name":"Q09","endpoint":"placeOrder","count":1,"skip":0,"probability":1,
                   "options":{}}, or an array of them; DELETE /faults disarms all
  POST /market    {"symbol":"SBIN-EQ","price":812.5,"quantity":10} and halted, frozen, buys, sells
  POST /orders    {"action":"place","order":{..}} (a human beside the API); fill, reject, cancel,
                  settle
  POST /account   {"cash_paise":..,"is_blocked":..,"holding":{..}}, or a new client_code
  POST /sessions  {"kill":"all"}         POST /sockets {"drop":"market"}
  POST /settings  latency_ms, takes_after_market, refuses_market_orders, login_kills_others,
                  refresh_outlives_midnight, symbol_mismatch, registered_addresses
  POST /limits    {"is_on":false} {"budget":"orders","per_second":9}
  POST /gtt       {"trigger":"1000001"}
)";

namespace {

Error usage(std::string what) { return make_error("USAGE", std::move(what), "sandbox_exchange --help shows the options"); }

Result<std::int64_t> whole(const std::string& name, const std::string& value, std::int64_t least, std::int64_t most) {
  const auto number = parse_decimal(value, 0);
  if (!number || *number < least || *number > most)
    return usage(name + " takes a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ", not '" + value + "'");
  return *number;
}

Status set_option(Options& options, const std::string& name, const std::string& value) {
  if (name == "--seed") {
    ASSIGN_OR_RETURN(const std::int64_t seed, whole(name, value, 0, INT64_MAX));
    options.world.seed = static_cast<std::uint64_t>(seed);
  } else if (name == "--start") {
    ASSIGN_OR_RETURN(options.world.start, parse_timestamp(value));
  } else if (name == "--speed") {
    const auto factor = parse_decimal(value == "step" ? "0" : value, 3);
    if (!factor || *factor < 0) return usage("--speed takes a factor or step, not '" + value + "'");
    options.speed_thousandths = *factor;
  } else if (name == "--clock") {
    if (value != "machine") return usage("--clock takes machine, not '" + value + "'");
    options.is_machine_clock = true;
  } else if (name == "--csv") {
    options.world.csv_folder = value;
  } else if (name == "--instruments") {
    ASSIGN_OR_RETURN(const std::int64_t rows, whole(name, value, 0, 1'000'000));
    options.world.instruments = static_cast<std::size_t>(rows);
  } else if (name == "--prints") {
    ASSIGN_OR_RETURN(options.world.prints_per_second, whole(name, value, 1, 10));
  } else if (name == "--cash") {
    ASSIGN_OR_RETURN(const Money cash, Money::parse_rupees(value));
    options.world.cash_paise = cash.value();
  } else if (name == "--rest") {
    ASSIGN_OR_RETURN(options.rest, parse_address(value));
  } else if (name == "--stream") {
    ASSIGN_OR_RETURN(options.stream, parse_address(value));
  } else if (name == "--order-stream") {
    ASSIGN_OR_RETURN(options.order_stream, parse_address(value));
  } else if (name == "--instruments-file") {
    ASSIGN_OR_RETURN(options.instruments, parse_address(value));
  } else if (name == "--control") {
    ASSIGN_OR_RETURN(options.control, parse_address(value));
  } else if (name == "--tls") {
    options.tls_folder = value;
  } else if (name == "--client-code") {
    options.client_code = value;
  } else if (name == "--pin") {
    options.pin = value;
  } else if (name == "--totp-secret") {
    options.totp_secret = value;
  } else if (name == "--api-key") {
    options.api_key = value;
  } else if (name == "--faults") {
    options.faults_file = value;
  } else {
    return usage("unknown option '" + name + "'");
  }
  return {};
}

}  // namespace

Result<Options> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  options.world.start = timestamp_of(TradingDate::from_civil(2026, 11, 23), at(9, 15));
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (name == "--help" || name == "-h") {
      options.action = Options::Action::kHelp;
    } else if (name == "--version") {
      options.action = Options::Action::kVersion;
    } else if (name == "--verbose") {
      options.is_verbose = true;
    } else {
      if (i + 1 == arguments.size()) return usage(name + " needs a value");
      RETURN_IF_ERROR(set_option(options, name, arguments[++i]));
    }
  }
  return options;
}

}  // namespace sandbox
