#include "execution_broker/ledger/slice_text.h"

#include <array>

#include "trading/base/canonical_json.h"

namespace broker {

using trading::CanonicalJson;
using trading::Price;
using trading::Quantity;
using trading::Result;

namespace {

constexpr std::array kPhases = {
    trading::SessionPhase::kUnknown,    trading::SessionPhase::kHoliday,        trading::SessionPhase::kBeforeOpen,
    trading::SessionPhase::kPreOpen,    trading::SessionPhase::kContinuous,     trading::SessionPhase::kBreak,
    trading::SessionPhase::kClosingAuction, trading::SessionPhase::kBeforePostClose, trading::SessionPhase::kPostClose,
    trading::SessionPhase::kClosed};

CanonicalJson levels_text(const std::array<trading::DepthLevel, trading::kDepthLevels>& levels) {
  CanonicalJson list = CanonicalJson::array();
  for (const trading::DepthLevel& level : levels)
    if (level.quantity.is_positive())
      list.push_back(CanonicalJson::array({level.price.value(), level.quantity.value()}));
  return list;
}

trading::Status read_levels(const CanonicalJson* list, std::array<trading::DepthLevel, trading::kDepthLevels>& levels) {
  const auto bad = [] { return trading::make_error("SLICE_INVALID", "depth is not a list of [price_e4, quantity]", "restore the ledger from a backup"); };
  if (list == nullptr || list->if_array() == nullptr || list->if_array()->size() > trading::kDepthLevels) return bad();
  std::size_t i = 0;
  for (const CanonicalJson& level : *list->if_array()) {
    const CanonicalJson::Array* pair = level.if_array();
    if (pair == nullptr || pair->size() != 2 || (*pair)[0].if_integer() == nullptr || (*pair)[1].if_integer() == nullptr) return bad();
    levels[i++] = {Price(*(*pair)[0].if_integer()), Quantity(*(*pair)[1].if_integer())};
  }
  return {};
}

}  // namespace

std::string slice_text(const trading::MarketSlice& slice) {
  CanonicalJson body = CanonicalJson::object({{"asks", levels_text(slice.asks)},
                                              {"bar_high_e4", slice.bar_high.value()},
                                              {"bar_low_e4", slice.bar_low.value()},
                                              {"bar_us", slice.bar_ts.us},
                                              {"bids", levels_text(slice.bids)},
                                              {"day_volume", slice.day_volume},
                                              {"high_e4", slice.high.value()},
                                              {"is_depth_modelled", slice.is_depth_modelled},
                                              {"last_e4", slice.last.value()},
                                              {"low_e4", slice.low.value()},
                                              {"lower_e4", slice.band.lower.value()},
                                              {"open_e4", slice.open.value()},
                                              {"phase", name_of(slice.phase)},
                                              {"previous_close_e4", slice.previous_close.value()},
                                              {"symbol", slice.symbol},
                                              {"traded_volume", slice.traded_volume},
                                              {"ts_us", slice.ts.us},
                                              {"upper_e4", slice.band.upper.value()}});
  if (slice.path_from) body.set("path_from_e4", slice.path_from->value());
  return body.write();
}

Result<trading::MarketSlice> parse_slice(std::string_view text) {
  ASSIGN_OR_RETURN(const CanonicalJson body, CanonicalJson::parse(text));
  trading::MarketSlice slice;
  ASSIGN_OR_RETURN(slice.symbol, body.string_at("symbol"));
  ASSIGN_OR_RETURN(slice.ts.us, body.integer_at("ts_us"));
  ASSIGN_OR_RETURN(slice.bar_ts.us, body.integer_at("bar_us"));
  ASSIGN_OR_RETURN(slice.day_volume, body.integer_at("day_volume"));
  ASSIGN_OR_RETURN(slice.traded_volume, body.integer_at("traded_volume"));
  ASSIGN_OR_RETURN(slice.is_depth_modelled, body.bool_at("is_depth_modelled"));
  for (const auto& [key, price] : {std::pair<const char*, Price*>{"last_e4", &slice.last},
                                   {"open_e4", &slice.open},
                                   {"high_e4", &slice.high},
                                   {"low_e4", &slice.low},
                                   {"previous_close_e4", &slice.previous_close},
                                   {"lower_e4", &slice.band.lower},
                                   {"upper_e4", &slice.band.upper},
                                   {"bar_low_e4", &slice.bar_low},
                                   {"bar_high_e4", &slice.bar_high}}) {
    ASSIGN_OR_RETURN(const std::int64_t value, body.integer_at(key));
    *price = Price(value);
  }
  if (body.find("path_from_e4") != nullptr) {
    ASSIGN_OR_RETURN(const std::int64_t value, body.integer_at("path_from_e4"));
    slice.path_from = Price(value);
  }
  ASSIGN_OR_RETURN(const std::string phase, body.string_at("phase"));
  for (const trading::SessionPhase candidate : kPhases)
    if (name_of(candidate) == phase) slice.phase = candidate;
  RETURN_IF_ERROR(read_levels(body.find("bids"), slice.bids));
  RETURN_IF_ERROR(read_levels(body.find("asks"), slice.asks));
  return slice;
}

}  // namespace broker
