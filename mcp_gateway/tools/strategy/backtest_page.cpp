#include "mcp_gateway/tools/strategy/backtest_page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "mcp_gateway/tools/strategy/backtest_request.h"
#include "trading/base/decimal.h"

namespace tools {
namespace {

using nlohmann::json;
using research::BacktestReport;
using research::DayMarks;

constexpr double kWidth = 960, kHeight = 260, kEdge = 4;
constexpr std::size_t kMostPoints = 900;  // of a curve

constexpr const char* kHead =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n<style>\n"
    "body{font:14px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1000px;padding:0 1rem;"
    "color:#1b1f24}\n"
    "h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:2rem}\n"
    "table{border-collapse:collapse;width:100%}td,th{padding:.2rem .5rem;text-align:right;"
    "border-bottom:1px solid #e2e5e9}th:first-child,td:first-child{text-align:left}\n"
    ".up{color:#13703c}.down{color:#b3261e}.note{color:#57606a}\n"
    "svg{width:100%;height:auto;background:#f7f8fa;border:1px solid #e2e5e9}\n"
    "</style>\n";

std::string fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string signed_cell(double value) {
  return std::string("<td class=\"") + (value < 0 ? "down" : "up") + "\">" + fixed(value, 2) +
         "</td>";
}

// A figure of the reply as a person reads it.
std::string text_of(const json& value) {
  if (value.is_null()) return "not known";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return escaped_html(value.get<std::string>());
  if (value.is_number_float()) return fixed(value.get<double>(), 2);
  return escaped_html(value.dump());
}

std::string row(const char* label, const json& value, const char* unit = "") {
  return std::string("<tr><td>") + label + "</td><td>" + text_of(value) +
         (value.is_null() ? "" : unit) + "</td></tr>\n";
}

// Values thinned so that no extreme is lost: of each stretch its lowest and its highest.
std::vector<std::pair<std::size_t, double>> thinned(const std::vector<double>& values) {
  std::vector<std::pair<std::size_t, double>> points;
  const std::size_t stretch = std::max<std::size_t>(1, 2 * values.size() / kMostPoints);
  for (std::size_t begin = 0; begin < values.size(); begin += stretch) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = values.begin() +
                      static_cast<std::ptrdiff_t>(std::min(begin + stretch, values.size()));
    auto [low, high] = std::minmax_element(first, last);
    if (high < low) std::swap(low, high);
    points.emplace_back(low - values.begin(), *low);
    if (high != low) points.emplace_back(high - values.begin(), *high);
  }
  return points;
}

std::string curve(const std::vector<double>& values, bool is_filled, const char* colour,
                  const char* title) {
  if (values.empty()) return "<p class=\"note\">no days</p>\n";
  auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double bottom = *low, span = std::max(*high - *low, 1e-9);
  const double step = values.size() < 2
                          ? 0
                          : (kWidth - 2 * kEdge) / static_cast<double>(values.size() - 1);
  std::string points;
  for (const auto& [i, value] : thinned(values))
    points += fixed(kEdge + step * static_cast<double>(i), 1) + "," +
              fixed(kEdge + (kHeight - 2 * kEdge) * (1 - (value - bottom) / span), 1) + " ";
  std::string svg = "<svg viewBox=\"0 0 " + fixed(kWidth, 0) + " " + fixed(kHeight, 0) +
                    "\" role=\"img\"><title>" + title + "</title>";
  if (is_filled) {
    points = fixed(kEdge, 1) + "," + fixed(kEdge, 1) + " " + points + fixed(kWidth - kEdge, 1) +
             "," + fixed(kEdge, 1);
    svg += "<polygon fill=\"" + std::string(colour) + "\" fill-opacity=\".35\" points=\"" + points +
           "\"/>";
  } else {
    svg += "<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"" + std::string(colour) +
           "\" points=\"" + points + "\"/>";
  }
  return svg + "</svg>\n";
}

std::vector<double> equity_rupees(const DayMarks& days) {
  std::vector<double> out;
  out.reserve(days.equity_e4.size());
  for (const std::int64_t e4 : days.equity_e4)
    out.push_back(static_cast<double>(e4) / static_cast<double>(trading::kRupeeE4));
  return out;
}

// Percent below the highest day's end so far, as a negative number.
std::vector<double> drawdown_pct(const DayMarks& days) {
  std::vector<double> out;
  std::int64_t peak = days.initial_e4;
  for (const std::int64_t e4 : days.equity_e4) {
    peak = std::max(peak, e4);
    out.push_back(static_cast<double>(e4 - peak) / static_cast<double>(peak) * 100.0);
  }
  return out;
}

std::string months(const std::vector<research::MonthReturn>& all) {
  std::map<int, std::vector<std::string>> years;
  for (const research::MonthReturn& month : all) {
    auto& cells = years.try_emplace(month.year, 12, "<td></td>").first->second;
    cells[static_cast<std::size_t>(month.month - 1)] = signed_cell(month.return_pct);
  }
  std::string text =
      "<h2>Months, percent</h2><table><tr><th>Year</th><th>Jan</th><th>Feb</th><th>Mar</th>"
      "<th>Apr</th><th>May</th><th>Jun</th><th>Jul</th><th>Aug</th><th>Sep</th><th>Oct</th>"
      "<th>Nov</th><th>Dec</th></tr>\n";
  for (const auto& [year, cells] : years) {
    text += "<tr><td>" + std::to_string(year) + "</td>";
    for (const std::string& cell : cells) text += cell;
    text += "</tr>\n";
  }
  return text + "</table>\n";
}

std::string trades(const BacktestReport& report) {
  std::string text = "<h2>Trades, the last " + std::to_string(report.trades.size()) + " of " +
                     std::to_string(report.num_trades) +
                     "</h2><table><tr><th>Entry</th><th>Exit</th><th>Quantity</th><th>In</th>"
                     "<th>Out</th><th>P&amp;L</th><th>Percent</th><th>Exit by</th></tr>\n";
  for (const research::Trade& trade : report.trades) {
    text += "<tr><td>" + bar_start(report.timeframe, trade.entry_ts).get<std::string>() +
            "</td><td>" + bar_start(report.timeframe, trade.exit_ts).get<std::string>() +
            "</td><td>" + (trade.side == trading::Side::kSell ? "-" : "") +
            std::to_string(trade.quantity.value()) + "</td><td>" + trade.entry_price().rupees() +
            "</td><td>" + trade.exit_price().rupees() + "</td><td class=\"" +
            (trade.pnl().is_negative() ? "down" : "up") + "\">" +
            trading::format_rupees(trade.pnl().value()) + "</td>" +
            signed_cell(research::return_pct_of(trade)) + "<td>" +
            std::string(research::name_of(trade.reason)) + "</td></tr>\n";
  }
  return text + "</table>\n";
}

std::string list(const json& reply, const char* field) {
  std::string text;
  if (!reply.contains(field)) return text;
  for (const json& line : reply.at(field))
    if (line.is_string()) text += "<li>" + escaped_html(line.get<std::string>()) + "</li>\n";
  return text.empty() ? text : "<ul class=\"note\">\n" + text + "</ul>\n";
}

}  // namespace

std::string escaped_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string error_page(const std::string& message) {
  return std::string(kHead) + "<title>No backtest</title></head><body><h1>No backtest</h1><p>" +
         escaped_html(message) + "</p></body></html>\n";
}

std::string backtest_page(const BacktestReport& report, const json& reply) {
  const std::string title = escaped_html(report.strategy + " on " + report.symbols.front());
  const json& more = reply.at("robustness");
  std::string page = std::string(kHead) + "<title>" + title + "</title></head><body>\n<h1>" +
                     title + "</h1>\n<p>" + text_of(reply.at("timeframe")) + " bars from " +
                     text_of(reply.at("period").at("start")) + " to " +
                     text_of(reply.at("period").at("end")) + ", params " +
                     escaped_html(reply.at("params").dump()) + ", costs " +
                     text_of(reply.at("costs")) + ", size " +
                     text_of(reply.at("position_sizing")) + ", source " +
                     text_of(reply.at("source")) + "</p>\n";
  if (reply.contains("notice")) page += "<p><b>" + text_of(reply.at("notice")) + "</b></p>\n";
  page += "<h2>Equity at each day's end, rupees</h2>\n" +
          curve(equity_rupees(report.days), false, "#0b57d0", "Equity");
  page += "<h2>Below the highest day so far, percent</h2>\n" +
          curve(drawdown_pct(report.days), true, "#b3261e", "Drawdown");
  page += "<h2>Figures</h2><table>\n" + row("Initial capital", reply.at("initial_capital")) +
          row("Final capital", reply.at("final_capital")) +
          row("Return", reply.at("total_return_pct"), " %") +
          row("Buy and hold", reply.at("buy_and_hold_return_pct"), " %") +
          row("Deepest drawdown, marked at every close", reply.at("max_drawdown_pct"), " %") +
          row("Deepest drawdown, closed trades", reply.at("max_drawdown_closed_trades_pct"), " %") +
          row("Trades", reply.at("num_trades")) + row("Won", reply.at("win_rate_pct"), " %") +
          row("Profit factor", reply.at("profit_factor")) +
          row("Sharpe, a year", more.at("sharpe")) + row("Sortino, a year", more.at("sortino")) +
          row("Chance that the Sharpe is above zero", more.at("probabilistic_sharpe")) +
          row("Bars with a position", more.at("exposure_pct"), " %") +
          row("Charges", reply.at("charges").at("total")) +
          row("SHA-256 of the bars", reply.at("data_hash")) + "</table>\n";
  page += months(report.robustness.months) + trades(report);
  page += list(reply, "findings") + list(reply, "notes");
  return page + "</body></html>\n";
}

}  // namespace tools
