#include "mcp_gateway/tools/config/config_fields.h"

#include "mcp_gateway/tools/reply.h"
#include "trading/base/decimal.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

constexpr int kDecimals = 4;

// The broker sends values as text; numbers and booleans go on as what they are.
json typed(const std::string& type, const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  const bool is_number = type == "decimal" || type == "integer";
  const auto value = trading::parse_decimal(text, kDecimals);
  return is_number && value ? decimal(*value, kDecimals) : json(text);
}

void put_if(json& out, const char* name, const std::string& text) {
  if (!text.empty()) out[name] = typed("decimal", text);
}

json setting_fields(const v1::SettingRow& row) {
  json out = {{"value", typed(row.type(), row.value())}, {"source", row.source()}};
  if (!row.unit().empty()) out["unit"] = row.unit();
  return out;
}

}  // namespace

json limit_fields(const v1::LimitRow& row) {
  json out = {{"value", typed("decimal", row.effective())}, {"source", row.effective_source()}};
  if (!row.unit().empty()) out["unit"] = row.unit();
  // The one that is in force stands there already.
  if (row.effective_source() != "file") put_if(out, "file", row.file());
  if (row.effective_source() != "operator") put_if(out, "operator", row.operator_());
  if (row.effective_source() != "agent") put_if(out, "agent", row.agent());
  if (row.effective_source() != "exchange") put_if(out, "exchange", row.exchange());
  if (!row.agent_until().empty()) out["agent_until"] = row.agent_until();
  put_if(out, "pending", row.pending());
  if (!row.pending_from().empty()) out["pending_from"] = row.pending_from();
  put_if(out, "waiting", row.waiting());
  return out;
}

json config_fields(const v1::GetTradingConfigReply& reply) {
  json limits = json::object();
  for (const v1::LimitRow& row : reply.limits()) limits[row.key()] = limit_fields(row);
  json settings = json::object();
  for (const v1::SettingRow& row : reply.settings()) {
    if (!limits.contains(row.key())) settings[row.key()] = setting_fields(row);
  }
  json out = {{"settings", std::move(settings)},
              {"limits", std::move(limits)},
              {"limits_hash", reply.limits_hash()}};
  put_provenance(out, reply.provenance());
  return out;
}

json mode_fields(const v1::GetCurrentTradingModeReply& reply) {
  json out = {{"configured_mode", reply.configured_mode()},
              {"allow_live_trading", reply.allow_live_trading()},
              {"effective_mode", reply.effective_mode()},
              {"operator_state", reply.operator_state()},
              {"reasons", json::array()},
              {"latches", json::array()},
              {"custody", reply.custody()},
              {"live_needs", json::array()}};
  for (const std::string& reason : reply.operator_state_reasons()) out["reasons"].push_back(reason);
  for (const std::string& latch : reply.latches()) out["latches"].push_back(latch);
  for (const std::string& need : reply.live_needs()) out["live_needs"].push_back(need);
  put_provenance(out, reply.provenance());
  return out;
}

}  // namespace tools
