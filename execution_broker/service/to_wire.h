#pragma once

// Values of the desk -> messages. Values of the trade are converted in proto/convert.

#include <google/protobuf/repeated_ptr_field.h>

#include <vector>

#include "broker/v1/common.pb.h"
#include "broker/v1/config.pb.h"
#include "broker/v1/orders.pb.h"
#include "broker/v1/portfolio.pb.h"
#include "execution_broker/desk/order_desk.h"
#include "execution_broker/market/market_source.h"
#include "execution_broker/risk/checklist.h"
#include "execution_broker/service/service_context.h"

namespace broker::to_wire {

using Denials = google::protobuf::RepeatedPtrField<v1::Denial>;
using CheckVerdicts = google::protobuf::RepeatedPtrField<v1::CheckVerdict>;

void write(const broker::Provenance& provenance, v1::Provenance& out);
// Of an answer that rests on no quote: effective mode, market time, the source's name.
void write_provenance(const ServiceContext& context, trading::Timestamp now, v1::Provenance& out);

void write(const OrderRecord& order, v1::Order& out);
void write(const FillRecord& fill, v1::Fill& out);
void write(const OrderReply& answer, v1::OrderReply& out);
void write(const BookPosition& position, v1::Position& out);
void write(const BookView& book, v1::Book& out);
void write(const RoundTrip& trip, v1::RoundTrip& out);

void write(const risk::Denial& denial, v1::Denial& out);
void write(const risk::Verdicts& verdicts, CheckVerdicts& out);
void write_denials(const risk::Verdicts& verdicts, Denials& out);

// One limit with its four sources, texts as parse_limit_value reads them.
void write(const LimitsView& limits, risk::Limit id, v1::LimitRow& out);

template <typename Values, typename Messages>
void write_all(const Values& values, Messages& out) {
  out.Reserve(static_cast<int>(values.size()));
  for (const auto& value : values) write(value, *out.Add());
}

// Every limit of the table, and the hash of what is in force.
template <typename Reply>
void write_limits(const LimitsView& limits, Reply& out) {
  for (const risk::LimitRow& row : risk::limit_table()) write(limits, row.id, *out.add_limits());
  out.set_limits_hash(limits.limits_hash);
}

}  // namespace broker::to_wire
