#include "mcp_gateway/mcp/schema.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <type_traits>

namespace mcp {
namespace {

using nlohmann::ordered_json;

const char* type_name(ParamKind kind) {
  switch (kind) {
    case ParamKind::kString:
    case ParamKind::kEnum:
      return "string";
    case ParamKind::kInteger:
      return "integer";
    case ParamKind::kNumber:
      return "number";
    case ParamKind::kBoolean:
      return "boolean";
    case ParamKind::kStringList:
    case ParamKind::kNumberList:
    case ParamKind::kObjectList:
      return "array";
    case ParamKind::kObject:
      return "object";
  }
  return "object";
}

// 100 rather than 100.0.
ordered_json number(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

void add_fields(ordered_json& schema, const std::vector<Param>& fields);

void add_items(ordered_json& schema, const Param& param) {
  if (param.kind == ParamKind::kNumberList) {
    schema["items"]["type"] = {"number", "null"};
    return;
  }
  ordered_json& items = schema["items"];
  items["type"] = param.kind == ParamKind::kStringList ? "string" : "object";
  if (!param.allowed.empty()) items["enum"] = param.allowed;
  if (!param.fields.empty()) add_fields(items, param.fields);
}

ordered_json property(const Param& param) {
  ordered_json schema;
  schema["type"] = type_name(param.kind);
  if (param.is_nullable) schema["type"] = {type_name(param.kind), "null"};
  if (!param.description.empty()) schema["description"] = param.description;
  const bool is_list = schema["type"] == "array";
  if (is_list) {
    add_items(schema, param);
  } else if (!param.allowed.empty()) {
    schema["enum"] = param.allowed;
    if (param.is_nullable) schema["enum"].push_back(nullptr);
  }
  if (param.minimum) schema["minimum"] = number(*param.minimum);
  if (param.exclusive_minimum) schema["exclusiveMinimum"] = number(*param.exclusive_minimum);
  if (param.maximum) schema["maximum"] = number(*param.maximum);
  if (param.min_length) schema[is_list ? "minItems" : "minLength"] = *param.min_length;
  if (param.max_length) schema[is_list ? "maxItems" : "maxLength"] = *param.max_length;
  if (param.kind == ParamKind::kObject && !param.fields.empty()) add_fields(schema, param.fields);
  std::visit(
      [&schema](const auto& value) {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, double>) {
          schema["default"] = number(value);
        } else if constexpr (!std::is_same_v<Value, std::monostate>) {
          schema["default"] = value;
        }
      },
      param.default_value);
  return schema;
}

void add_fields(ordered_json& schema, const std::vector<Param>& fields) {
  ordered_json required = ordered_json::array();
  for (const Param& field : fields) {
    schema["properties"][field.name] = property(field);
    if (field.is_required) required.push_back(field.name);
  }
  if (!required.empty()) schema["required"] = std::move(required);
}

}  // namespace

std::string input_schema(const std::vector<Param>& params) {
  ordered_json schema;
  schema["type"] = "object";
  add_fields(schema, params);
  schema["additionalProperties"] = false;
  return schema.dump();
}

std::string output_schema(const std::vector<Param>& fields) {
  ordered_json schema;
  schema["type"] = "object";
  add_fields(schema, fields);
  schema.erase("required");
  return schema.dump();
}

}  // namespace mcp
