#include "tests/sandbox_exchange/charge_estimate.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sandbox {

using namespace trading;

namespace {

constexpr std::int64_t kRupee = 10'000;

std::int64_t part(std::int64_t value, std::int64_t billionths) {
  return mul_div(value, billionths, 1'000'000'000, Rounding::kHalfUp);
}

Json line(std::string_view name, std::int64_t amount_e4, const Json& breakup) {
  return {{"name", name}, {"amount", rupees_of_paise(divide(amount_e4, 100, Rounding::kHalfUp))}, {"msg", ""}, {"breakup", breakup}};
}

}  // namespace

void ChargeEstimate::add(const ChargeEstimate& other) {
  trade_value += other.trade_value;
  brokerage += other.brokerage;
  exchange += other.exchange;
  stamp += other.stamp;
  sebi += other.sebi;
  stt += other.stt;
  gst += other.gst;
}

ChargeEstimate estimate_of(const Listing& listing, std::string_view product, bool is_buy, Price price, std::int64_t quantity) {
  ChargeEstimate estimate;
  const std::int64_t value = price.value() * quantity;
  estimate.trade_value = value;
  if (!listing.is_cash()) {
    // Futures; options are rated by their premium.
    const bool is_option = listing.instrument_type.starts_with("OPT");
    estimate.brokerage = 20 * kRupee;
    estimate.stt = is_buy ? 0 : part(value, is_option ? 1'500'000 : 500'000);
    estimate.exchange = part(value, is_option ? 355'200 : 18'299);
    estimate.stamp = is_buy ? part(value, is_option ? 30'000 : 20'000) : 0;
  } else {
    const bool is_delivery = product == "DELIVERY" || product == "MARGIN";
    estimate.brokerage = std::clamp(part(value, 1'000'000), 5 * kRupee, 20 * kRupee);
    estimate.stt = is_delivery ? part(value, 1'000'000) : is_buy ? 0 : part(value, 250'000);
    estimate.exchange = part(value, listing.segment == "BSE" ? 37'500 : 30'699);
    estimate.stamp = is_buy ? part(value, is_delivery ? 150'000 : 30'000) : 0;
  }
  estimate.sebi = part(value, 1'000);
  estimate.gst = part(estimate.brokerage + estimate.exchange + estimate.sebi, 180'000'000);
  return estimate;
}

Json ChargeEstimate::json() const {
  const Json none = Json::array();
  return {{"total_charges", rupees_of_paise(divide(total(), 100, Rounding::kHalfUp))},
          {"trade_value", rupees_of_paise(divide(trade_value, 100, Rounding::kHalfUp))},
          {"breakup",
           {line("Angel One Brokerage", brokerage, none),
            line("External Charges", exchange + stamp + sebi,
                 {line("Exchange Transaction Charges", exchange, none), line("Stamp Duty", stamp, none),
                  line("SEBI Fees", sebi, none)}),
            line("Taxes", stt + gst, {line("Security Transaction Tax", stt, none), line("GST", gst, none)})}}};
}

}  // namespace sandbox
