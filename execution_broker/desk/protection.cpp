#include "execution_broker/desk/protection.h"

#include <algorithm>
#include <vector>

#include "execution_broker/desk/operator_state.h"

namespace broker {

using trading::OrderClass;
using trading::OrderState;
using trading::OrderType;
using trading::Price;
using trading::Product;
using trading::Quantity;
using trading::Side;
using trading::Status;

namespace {

const Requester kBroker{Role::kBroker, 0};

Side exit_side(const PositionRecord& record) {
  return record.position.quantity.is_positive() ? Side::kSell : Side::kBuy;
}

// Has the market reached the target of the position?
bool is_at_target(const PositionRecord& record, Price last) {
  return record.position.quantity.is_positive() ? last >= *record.target : last <= *record.target;
}

}  // namespace

const OrderRecord* Protection::protective(const Key& key) const {
  for (const auto& [seq, order] : book_.ledger.working())
    if (order.order_class == OrderClass::kProtection && order.request.symbol == key.first && order.request.product == key.second)
      return &order;
  return nullptr;
}

Quantity Protection::exits_open(const Key& key) const {
  Quantity open;
  for (const auto& [seq, order] : book_.ledger.working())
    if (order.order_class == OrderClass::kExit && order.request.symbol == key.first && order.request.product == key.second)
      open += order.open_quantity();
  return open;
}

Quantity Protection::free_quantity(const std::string& symbol, Product product) const {
  const PositionRecord* record = book_.ledger.position(symbol, product);
  if (record == nullptr) return Quantity();
  return abs(record->position.quantity) - std::min(abs(record->position.quantity), exits_open({symbol, product}));
}

bool Protection::may_rest(const std::string& symbol) const {
  const auto instrument = market_.source.instruments().find(symbol);
  if (!instrument) return false;
  switch (market_.source.calendar().phase(market_.now(), (*instrument)->has_derivatives)) {
    case trading::SessionPhase::kPreOpen:
    case trading::SessionPhase::kContinuous:
    case trading::SessionPhase::kBreak: return true;
    case trading::SessionPhase::kUnknown:
    case trading::SessionPhase::kHoliday:
    case trading::SessionPhase::kBeforeOpen:
    case trading::SessionPhase::kClosingAuction:
    case trading::SessionPhase::kBeforePostClose:
    case trading::SessionPhase::kPostClose:
    case trading::SessionPhase::kClosed: return false;
  }
  return false;
}

Protection::LevelToday Protection::level_today(const PositionRecord& record, Price price, bool is_stop) const {
  using Reach = LevelToday::Reach;
  const auto instrument = market_.source.instruments().find(record.position.symbol);
  const auto quote = market_.source.quote(record.position.symbol, market_.now());
  if (!instrument || !quote) return {};
  const Price tick = tick_of(**instrument, market_.today(), quote->slice.previous_close);
  const bool is_long = record.position.quantity.is_positive();
  // A long's stop leaves sooner when it is higher; a long's target is reached sooner when it is lower.
  const bool up = is_long == is_stop;
  const Price rounded = up ? price.ceil_to(tick) : price.floor_to(tick);
  const trading::PriceBand& band = quote->slice.band;
  if (!band.is_known() || band.contains(rounded)) return {Reach::kInBand, rounded};
  const bool is_above = rounded > band.upper;
  // A long's stop above the band was passed over the night; below it, it cannot trade today. A target the other way.
  return {is_above == (is_long == is_stop) ? Reach::kPassed : Reach::kNotToday, rounded};
}

Status Protection::tolerate(Status status, const std::string& symbol) {
  if (status || !is_not_taken(status.error())) return status;
  return set_latch(book_, kBroker, Latch{kLatchIncident, "reduce-only", symbol + ": " + status.error().text(), market_.now(), std::nullopt},
                   market_.now());
}

// --- resting quantity -----------------------------------------------------------------------------------------------

Status Protection::adjust() { return adjust_for_exit("", Product::kIntraday, Quantity()); }

Status Protection::adjust_for_exit(const std::string& symbol, Product product, Quantity reserve) {
  if (!book_.is_protected()) return {};
  // Exits without a position, first: nothing may fill there.
  std::vector<OrderRecord> orphans;
  for (const auto& [seq, order] : book_.ledger.working()) {
    if (order.order_class != OrderClass::kProtection && order.order_class != OrderClass::kExit) continue;
    if (!trading::is_working(order.state)) continue;
    if (book_.ledger.position(order.request.symbol, order.request.product) == nullptr) orphans.push_back(order);
  }
  for (const OrderRecord& order : orphans)
    RETURN_IF_ERROR(tolerate(submission_.cancel(kBroker, order, "the position is closed"), order.request.symbol));

  std::vector<PositionRecord> records;
  for (const auto& [key, record] : book_.ledger.positions()) records.push_back(record);
  for (const PositionRecord& record : records) {
    const bool is_reserved = record.position.symbol == symbol && record.position.product == product;
    const std::string& name = record.position.symbol;
    RETURN_IF_ERROR(tolerate(cut_excess_exits({name, record.position.product}, abs(record.position.quantity)), name));
    RETURN_IF_ERROR(tolerate(adjust_one(record, is_reserved ? reserve : Quantity()), name));
  }
  return {};
}

Status Protection::cut_excess_exits(const Key& key, Quantity held) {
  std::vector<OrderRecord> exits;
  for (const auto& [seq, order] : book_.ledger.working())
    if (order.order_class == OrderClass::kExit && order.request.symbol == key.first &&
        order.request.product == key.second && trading::is_working(order.state))
      exits.push_back(order);
  Quantity open = exits_open(key);
  for (auto newest = exits.rbegin(); newest != exits.rend() && open > held; ++newest) {
    open -= newest->open_quantity();
    RETURN_IF_ERROR(submission_.cancel(kBroker, *newest, "more exits rest than shares are held"));
  }
  return {};
}

Status Protection::adjust_one(const PositionRecord& record, Quantity reserve) {
  const Key key(record.position.symbol, record.position.product);
  const Quantity held = abs(record.position.quantity);
  const Quantity covered = std::min(held, exits_open(key) + reserve);
  const Quantity wanted = held - covered;
  const OrderRecord* order = protective(key);
  if (order != nullptr && !trading::is_working(order->state)) return {};  // its outcome is open: reconcile settles it
  if (order == nullptr) {
    if (!record.stop_loss || wanted.is_zero() || !may_rest(record.position.symbol)) return {};
    return place_protective(record, wanted, Purpose::kStop);
  }
  const OrderRecord standing = *order;
  if (wanted.is_zero()) return submission_.cancel(kBroker, standing, "an exit of the agent covers the position");
  const bool is_right_side = standing.request.side == exit_side(record);
  if (!is_right_side) {
    RETURN_IF_ERROR(submission_.cancel(kBroker, standing, "the position turned"));
    return record.stop_loss ? place_protective(record, wanted, Purpose::kStop) : Status();
  }
  if (standing.purpose == Purpose::kStop && !record.stop_loss)
    return submission_.cancel(kBroker, standing, "the position has no stop any more");
  OrderRecord changed = standing;
  changed.request.quantity = standing.filled + wanted;
  if (standing.purpose == Purpose::kStop && standing.filled.is_zero() && standing.state == OrderState::kTriggerPending) {
    const LevelToday level = level_today(record, *record.stop_loss, true);
    if (level.reach == LevelToday::Reach::kInBand) changed.request.trigger_price = level.price;
    if (level.reach == LevelToday::Reach::kPassed) {
      changed.request.type = OrderType::kMarket;
      changed.request.trigger_price.reset();
    }
  }
  if (standing.open_quantity() == wanted && changed.request.trigger_price == standing.request.trigger_price) return {};
  return submission_.modify(kBroker, standing, changed, "the stop follows the position");
}

Status Protection::place_protective(const PositionRecord& record, Quantity quantity, Purpose purpose) {
  OrderRecord order;
  order.request.symbol = record.position.symbol;
  order.request.product = record.position.product;
  order.request.side = exit_side(record);
  order.request.quantity = quantity;
  order.request.strategy = record.strategy;
  order.order_class = OrderClass::kProtection;
  order.purpose = purpose;
  order.parent_seq = record.entry_seq;
  if (purpose == Purpose::kStop) {
    const LevelToday level = level_today(record, *record.stop_loss, true);
    switch (level.reach) {
      case LevelToday::Reach::kUnknown:
      case LevelToday::Reach::kNotToday: return {};  // looked at again with the next print
      case LevelToday::Reach::kPassed: order.request.type = OrderType::kMarket; break;
      case LevelToday::Reach::kInBand:
        order.request.type = OrderType::kStopMarket;
        order.request.trigger_price = level.price;
        break;
    }
  } else {
    order.request.type = OrderType::kMarket;
  }
  return submission_.place_own(order, purpose == Purpose::kStop ? "the stop of a position" : "square-off");
}

// --- target ---------------------------------------------------------------------------------------------------------

Status Protection::on_slice(const trading::MarketSlice& slice) {
  if (!book_.is_protected()) return {};
  for (const Product product : {Product::kIntraday, Product::kDelivery}) {
    const PositionRecord* found = book_.ledger.position(slice.symbol, product);
    if (found == nullptr) continue;
    if (found->stop_loss) RETURN_IF_ERROR(tolerate(enforce_stop(*found, slice.last), slice.symbol));
    found = book_.ledger.position(slice.symbol, product);
    if (found == nullptr || !found->target) continue;
    const OrderRecord* order = protective({slice.symbol, product});
    if (order == nullptr || !trading::is_working(order->state)) continue;
    const PositionRecord record = *found;
    const OrderRecord standing = *order;
    const bool at_target = is_at_target(record, slice.last);
    // A stop that has triggered is on its way out already.
    const bool is_resting_stop = standing.purpose == Purpose::kStop && standing.state == OrderState::kTriggerPending;
    if (is_resting_stop && at_target)
      RETURN_IF_ERROR(tolerate(turn(standing, record, Purpose::kTarget, standing.open_quantity()), slice.symbol));
    else if (standing.purpose == Purpose::kTarget && !at_target && record.stop_loss)
      RETURN_IF_ERROR(tolerate(turn(standing, record, Purpose::kStop, standing.open_quantity()), slice.symbol));
  }
  return adjust();
}

Status Protection::enforce_stop(const PositionRecord& record, Price last) {
  const bool is_long = record.position.quantity.is_positive();
  const bool is_reached = is_long ? last <= *record.stop_loss : last >= *record.stop_loss;
  const Key key(record.position.symbol, record.position.product);
  if (!is_reached) return {};
  // Nothing enlarges a position that its own stop is closing.
  std::vector<OrderRecord> entries;
  for (const auto& [seq, order] : book_.ledger.working())
    if (order.order_class == OrderClass::kEntry && order.request.symbol == key.first && order.request.product == key.second &&
        trading::is_working(order.state))
      entries.push_back(order);
  for (const OrderRecord& order : entries)
    RETURN_IF_ERROR(submission_.cancel(kBroker, order, "the stop of the position was reached"));
  if (exits_open(key).is_zero()) return {};
  std::vector<OrderRecord> exits;
  for (const auto& [seq, order] : book_.ledger.working())
    if (order.order_class == OrderClass::kExit && order.request.symbol == key.first && order.request.product == key.second &&
        order.request.type != OrderType::kMarket && trading::is_working(order.state))
      exits.push_back(order);
  if (exits.empty()) return {};  // a market exit is on its way out already
  for (const OrderRecord& order : exits)
    RETURN_IF_ERROR(submission_.cancel(kBroker, order, "the stop of the position was reached"));
  return {};  // adjust() gives the stop its shares back: it triggers at once
}

Status Protection::turn(const OrderRecord& order, const PositionRecord& record, Purpose purpose, Quantity open) {
  OrderRecord changed = order;
  changed.purpose = purpose;
  changed.request.limit_price.reset();
  changed.request.trigger_price.reset();
  switch (purpose) {
    case Purpose::kTarget: {
      const LevelToday level = level_today(record, *record.target, false);
      if (level.reach != LevelToday::Reach::kInBand) return {};
      changed.request.type = OrderType::kLimit;
      changed.request.limit_price = level.price;
      break;
    }
    case Purpose::kStop: {
      const LevelToday level = level_today(record, *record.stop_loss, true);
      if (level.reach != LevelToday::Reach::kInBand) return {};
      changed.request.type = OrderType::kStopMarket;
      changed.request.trigger_price = level.price;
      break;
    }
    case Purpose::kSquareOff:
    case Purpose::kEntry:
    case Purpose::kExit: changed.request.type = OrderType::kMarket; break;
  }
  if (order.filled.is_zero()) {
    const char* why = purpose == Purpose::kTarget ? "the market reached the target"
                      : purpose == Purpose::kStop ? "the market left the target"
                                                  : "square-off";
    return submission_.modify(kBroker, order, changed, why);
  }
  // One that filled in part is taken back and the rest placed anew, so that an order has one purpose from its first
  // fill to its last.
  RETURN_IF_ERROR(submission_.cancel(kBroker, order, "the rest of it gets another purpose"));
  changed.order_seq = 0;
  changed.order_id.clear();
  changed.ordertag.clear();
  changed.exchange_order_id.clear();
  changed.request.quantity = open;
  changed.filled = Quantity();
  changed.filled_value = trading::Accrual();
  changed.charges = {};
  changed.realized = trading::Accrual();
  changed.reason.clear();
  return submission_.place_own(changed, "the rest of " + order.order_id);
}

// --- square-off -----------------------------------------------------------------------------------------------------

bool Protection::has_intraday_to_leave(bool of_closing_auction_stocks) const {
  if (!book_.is_protected()) return false;
  for (const auto& [key, record] : book_.ledger.positions()) {
    if (key.second != Product::kIntraday) continue;
    const auto instrument = market_.source.instruments().find(key.first);
    if (!instrument || (*instrument)->has_derivatives != of_closing_auction_stocks) continue;
    const OrderRecord* order = protective(key);
    if (order == nullptr || order->purpose != Purpose::kSquareOff) return true;
  }
  return false;
}

Status Protection::square_off(bool of_closing_auction_stocks, const std::string& why) {
  if (!book_.is_protected()) return {};
  const auto in_group = [&](const std::string& symbol) {
    const auto instrument = market_.source.instruments().find(symbol);
    return instrument && (*instrument)->has_derivatives == of_closing_auction_stocks;
  };
  std::vector<OrderRecord> waiting;
  for (const auto& [seq, order] : book_.ledger.working())
    if (order.request.product == Product::kIntraday && order.order_class != OrderClass::kProtection &&
        in_group(order.request.symbol) && trading::is_working(order.state))
      waiting.push_back(order);
  for (const OrderRecord& order : waiting)
    RETURN_IF_ERROR(tolerate(submission_.cancel(kBroker, order, why), order.request.symbol));

  std::vector<PositionRecord> records;
  for (const auto& [key, record] : book_.ledger.positions())
    if (key.second == Product::kIntraday && in_group(key.first)) records.push_back(record);
  for (const PositionRecord& record : records) {
    const OrderRecord* order = protective({record.position.symbol, Product::kIntraday});
    if (order == nullptr && may_rest(record.position.symbol)) {
      RETURN_IF_ERROR(tolerate(place_protective(record, abs(record.position.quantity), Purpose::kSquareOff), record.position.symbol));
    } else if (order != nullptr && order->purpose != Purpose::kSquareOff && trading::is_working(order->state)) {
      const OrderRecord standing = *order;
      RETURN_IF_ERROR(tolerate(turn(standing, record, Purpose::kSquareOff, standing.open_quantity()), record.position.symbol));
    }
  }
  return adjust();
}

}  // namespace broker
