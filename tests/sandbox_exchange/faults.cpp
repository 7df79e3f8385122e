#include "tests/sandbox_exchange/faults.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/endpoints.h"

namespace sandbox {

using namespace trading;

std::int64_t ArmedFault::number(std::string_view option, std::int64_t otherwise) const {
  const Json parsed = Json::parse(options, nullptr, false);
  const auto found = parsed.is_object() ? parsed.find(std::string(option)) : parsed.end();
  return found != parsed.end() && found->is_number() ? found->get<std::int64_t>() : otherwise;
}

std::string ArmedFault::text(std::string_view option, std::string_view otherwise) const {
  const Json parsed = Json::parse(options, nullptr, false);
  const auto found = parsed.is_object() ? parsed.find(std::string(option)) : parsed.end();
  return found != parsed.end() && found->is_string() ? found->get<std::string>() : std::string(otherwise);
}

Result<std::int64_t> Faults::arm(const Json& request) {
  ArmedFault fault;
  fault.name = text_at(request, "name");
  const FaultRow* row = find_fault(fault.name);
  if (row == nullptr)
    return make_error("FAULT_UNKNOWN", "there is no fault '" + fault.name + "'", "GET /faults/catalogue lists them");
  for (const auto& [key, value] : request.items()) {
    const bool is_count = key == "count" || key == "skip";
    if (is_count && !value.is_number_integer())
      return make_error("FAULT_FIELD", key + " must be a whole number", "count -1 strikes without end");
    if (key == "probability" && !(value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 1))
      return make_error("FAULT_FIELD", "probability must lie between 0 and 1", "give 0.1 for one in ten");
    if (key == "options" && !value.is_object())
      return make_error("FAULT_FIELD", "options must be an object", "this fault reads: " + std::string(row->options));
    if (!is_count && key != "probability" && key != "options" && key != "name" && key != "endpoint")
      return make_error("FAULT_FIELD", "unknown field '" + key + "'",
                        "fields are name, endpoint, count, skip, probability, options");
  }
  if (request.contains("endpoint")) fault.endpoint = text_at(request, "endpoint");
  if (fault.endpoint != "*" && !(is_endpoint(fault.endpoint) && can_strike(*row, fault.endpoint)))
    return make_error("FAULT_ENDPOINT", fault.name + " cannot strike '" + fault.endpoint + "'",
                      "it strikes: " + std::string(row->where));
  fault.remaining = request.value("count", std::int64_t{1});
  fault.skip = request.value("skip", std::int64_t{0});
  fault.millionths = static_cast<std::int64_t>(request.value("probability", 1.0) * 1'000'000);
  if (request.contains("options")) fault.options = request["options"].dump();
  fault.id = next_id_++;
  armed_.push_back(fault);
  return fault.id;
}

bool Faults::disarm(std::int64_t id) {
  return std::erase_if(armed_, [&](const ArmedFault& fault) { return fault.id == id; }) > 0;
}

std::optional<ArmedFault> Faults::strike(std::string_view name, std::string_view endpoint,
                                           const HasEffect& has_effect) {
  for (ArmedFault& fault : armed_) {
    if (fault.name != name || fault.remaining == 0) continue;
    if (fault.endpoint != "*" && fault.endpoint != endpoint) continue;
    if (has_effect && !has_effect(fault)) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    if (fault.millionths < 1'000'000 && !dice_.happens(fault.millionths)) continue;
    if (fault.remaining > 0) --fault.remaining;
    ++fault.hits;
    count(name);
    return fault;
  }
  return std::nullopt;
}

void Faults::count(std::string_view name) {
  const auto counted = std::find_if(hits_.begin(), hits_.end(), [&](const auto& hit) { return hit.first == name; });
  if (counted == hits_.end()) hits_.emplace_back(name, 1);
  else ++counted->second;
}

void Faults::stay_down(std::string_view endpoint, std::int64_t until_steady_us) {
  down_until_.emplace_back(endpoint, until_steady_us);
}

bool Faults::is_down(std::string_view endpoint, std::int64_t steady_us) {
  for (const auto& [name, until] : down_until_)
    if (name == endpoint && steady_us < until) {
      count("Q35");
      return true;
    }
  return false;
}

Json Faults::armed() const {
  Json list = Json::array();
  for (const ArmedFault& fault : armed_)
    list.push_back({{"id", fault.id}, {"name", fault.name}, {"endpoint", fault.endpoint}, {"remaining", fault.remaining},
                    {"skip", fault.skip}, {"hits", fault.hits},
                    {"options", fault.options.empty() ? Json::object() : Json::parse(fault.options)}});
  return list;
}

Json Faults::hits() const {
  Json counts = Json::object();
  for (const auto& [name, count] : hits_) counts[name] = count;
  return counts;
}

Json Faults::catalogue() {
  Json list = Json::array();
  for (const FaultRow& row : fault_table())
    list.push_back({{"name", row.name}, {"where", row.where}, {"what", row.what}, {"options", row.options}});
  return list;
}

}  // namespace sandbox
