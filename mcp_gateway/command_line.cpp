#include "mcp_gateway/command_line.h"

#include <optional>
#include <utility>

namespace gateway {
namespace {

using trading::make_error;
using trading::Result;

trading::Error usage(std::string what) {
  return make_error("USAGE", std::move(what), "mcp_gateway --help");
}

Result<std::vector<std::string>> names_in(std::string_view list, const std::string& origin) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t comma = list.find(',');
    const std::string_view name = list.substr(0, comma);
    if (name.empty()) return usage(origin + " names an empty toolset");
    names.emplace_back(name);
    if (comma == std::string_view::npos) return names;
    list.remove_prefix(comma + 1);
  }
}

// Walks over the arguments; an option's value is the next argument or stands after '='.
class Reader {
 public:
  explicit Reader(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  bool next() {
    if (at_ == arguments_.size()) return false;
    option_ = arguments_[at_++];
    inline_value_.reset();
    const std::size_t equals = option_.find('=');
    if (option_.starts_with("--") && equals != std::string::npos) {
      inline_value_ = option_.substr(equals + 1);
      option_.resize(equals);
    }
    return true;
  }
  [[nodiscard]] const std::string& option() const { return option_; }
  [[nodiscard]] bool has_inline_value() const { return inline_value_.has_value(); }
  [[nodiscard]] bool has_more() const { return at_ < arguments_.size(); }
  // Takes the next argument, whatever it looks like.
  std::optional<std::string> take() {
    if (inline_value_) return std::exchange(inline_value_, std::nullopt);
    if (at_ == arguments_.size()) return std::nullopt;
    return arguments_[at_++];
  }
  [[nodiscard]] bool next_is_option() const { return arguments_[at_].starts_with("--"); }

 private:
  const std::vector<std::string>& arguments_;
  std::size_t at_ = 0;
  std::string option_;
  std::optional<std::string> inline_value_;
};

trading::Status take_call(Reader& reader, CommandLine& line) {
  const auto tool = reader.take();
  if (!tool || tool->empty()) return usage("--call needs the name of a tool");
  line.action = Action::kCall;
  line.tool = *tool;
  if (reader.has_more() && !reader.next_is_option()) line.tool_arguments = *reader.take();
  return {};
}

}  // namespace

const char* const kUsage =
    "usage: mcp_gateway [--home DIR] [--toolsets A,B|all] [--read-only] [--embedded-broker]\n"
    "       mcp_gateway [--home DIR] [--toolsets A,B|all] --call TOOL ['JSON'] [--report FILE]\n"
    "       mcp_gateway [--toolsets A,B|all] --list-tools | --tool-table\n"
    "\n"
    "Speaks MCP on standard input and output; its tools talk to the execution_broker of the home.\n"
    "\n"
    "  --home DIR         else TRADING_MCP_HOME, else $XDG_STATE_HOME/trading-mcp, else\n"
    "                     ~/.local/state/trading-mcp\n"
    "  --toolsets A,B     which tools are shown (default core; TRADING_MCP_TOOLSETS)\n"
    "  --read-only        hides every tool that changes anything\n"
    "  --embedded-broker  starts a paper broker when none runs; only in a home of its own\n"
    "  --call TOOL JSON   one call; prints its structured result on one line\n"
    "                     exit: 0 ok, 1 tool error, 2 usage, 3 no broker\n"
    "  --report FILE.html with --call run_strategy_backtest: the same as a page with curves\n"
    "  --list-tools       a name a line, of the chosen toolsets\n"
    "  --tool-table       the README's table of all tools\n"
    "  --help, --version\n";

Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments,
                                       std::string_view toolsets_variable) {
  CommandLine line;
  std::optional<std::vector<std::string>> chosen;
  Reader reader(arguments);
  while (reader.next()) {
    const std::string option = reader.option();
    if (option == "--home") {
      line.for_home.emplace_back("--home");
      if (auto folder = reader.take()) line.for_home.push_back(*folder);
    } else if (option == "--toolsets") {
      const auto list = reader.take();
      if (!list) return usage("--toolsets needs a list of names");
      ASSIGN_OR_RETURN(chosen, names_in(*list, "--toolsets"));
    } else if (option == "--call") {
      RETURN_IF_ERROR(take_call(reader, line));
    } else if (option == "--report") {
      const auto path = reader.take();
      if (!path || path->empty()) return usage("--report needs the name of a file");
      line.report_path = *path;
    } else if (reader.has_inline_value()) {
      return usage(option + " takes no value, or is not an option");
    } else if (option == "--read-only") {
      line.is_read_only = true;
    } else if (option == "--embedded-broker") {
      line.is_embedded = true;
    } else if (option == "--list-tools") {
      line.action = Action::kListTools;
    } else if (option == "--tool-table") {
      line.action = Action::kToolTable;
    } else if (option == "--help") {
      line.action = Action::kHelp;
    } else if (option == "--version") {
      line.action = Action::kVersion;
    } else {
      return usage("unknown argument " + option);
    }
  }
  const bool is_backtest = line.action == Action::kCall && line.tool == kReportedTool;
  if (!line.report_path.empty() && !is_backtest)
    return usage(std::string("--report belongs to --call ") + kReportedTool);
  if (chosen) {
    line.toolsets = *chosen;
  } else if (line.action == Action::kCall) {
    line.toolsets = {"all"};
  } else if (!toolsets_variable.empty()) {
    ASSIGN_OR_RETURN(line.toolsets, names_in(toolsets_variable, "TRADING_MCP_TOOLSETS"));
  } else {
    line.toolsets = {kDefaultToolset};
  }
  return line;
}

}  // namespace gateway
