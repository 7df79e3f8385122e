#include "mcp_gateway/mcp/param.h"

#include <utility>

namespace mcp {
namespace {

Param make(ParamKind kind, std::string name, std::string description) {
  Param param{};
  param.kind = kind;
  param.name = std::move(name);
  param.description = std::move(description);
  return param;
}

}  // namespace

Param Param::required() && {
  is_required = true;
  return std::move(*this);
}

Param Param::nullable() && {
  is_nullable = true;
  return std::move(*this);
}

Param Param::multiline() && {
  is_multiline = true;
  return std::move(*this);
}

Param Param::at_least(double value) && {
  minimum = value;
  return std::move(*this);
}

Param Param::above(double value) && {
  exclusive_minimum = value;
  return std::move(*this);
}

Param Param::at_most(double value) && {
  maximum = value;
  return std::move(*this);
}

Param Param::between(double low, double high) && {
  minimum = low;
  maximum = high;
  return std::move(*this);
}

Param Param::length(std::size_t least, std::size_t most) && {
  min_length = least;
  max_length = most;
  return std::move(*this);
}

Param Param::only(std::vector<std::string> items) && {
  allowed = std::move(items);
  return std::move(*this);
}

Param Param::or_default(bool value) && {
  default_value = value;
  return std::move(*this);
}

Param Param::or_default(int value) && {
  return std::move(*this).or_default(std::int64_t{value});
}

Param Param::or_default(std::int64_t value) && {
  if (kind == ParamKind::kNumber) {
    default_value = static_cast<double>(value);
  } else {
    default_value = value;
  }
  return std::move(*this);
}

Param Param::or_default(double value) && {
  default_value = value;
  return std::move(*this);
}

Param Param::or_default(const char* value) && {
  default_value = std::string(value);
  return std::move(*this);
}

Param string_param(std::string name, std::string description) {
  return make(ParamKind::kString, std::move(name), std::move(description));
}

Param enum_param(std::string name, std::string description, std::vector<std::string> allowed) {
  return make(ParamKind::kEnum, std::move(name), std::move(description)).only(std::move(allowed));
}

Param integer_param(std::string name, std::string description) {
  return make(ParamKind::kInteger, std::move(name), std::move(description));
}

Param number_param(std::string name, std::string description) {
  return make(ParamKind::kNumber, std::move(name), std::move(description));
}

Param boolean_param(std::string name, std::string description) {
  return make(ParamKind::kBoolean, std::move(name), std::move(description));
}

Param string_list_param(std::string name, std::string description) {
  return make(ParamKind::kStringList, std::move(name), std::move(description));
}

Param object_param(std::string name, std::string description) {
  return make(ParamKind::kObject, std::move(name), std::move(description));
}

namespace out {

Param string(std::string name, std::string description) {
  return make(ParamKind::kString, std::move(name), std::move(description));
}

Param enumeration(std::string name, std::vector<std::string> allowed, std::string description) {
  return enum_param(std::move(name), std::move(description), std::move(allowed));
}

Param integer(std::string name, std::string description) {
  return make(ParamKind::kInteger, std::move(name), std::move(description));
}

Param number(std::string name, std::string description) {
  return make(ParamKind::kNumber, std::move(name), std::move(description));
}

Param boolean(std::string name, std::string description) {
  return make(ParamKind::kBoolean, std::move(name), std::move(description));
}

Param strings(std::string name, std::string description) {
  return make(ParamKind::kStringList, std::move(name), std::move(description));
}

Param numbers(std::string name, std::string description) {
  return make(ParamKind::kNumberList, std::move(name), std::move(description));
}

Param object(std::string name, std::vector<Param> fields, std::string description) {
  Param param = make(ParamKind::kObject, std::move(name), std::move(description));
  param.fields = std::move(fields);
  return param;
}

Param rows(std::string name, std::vector<Param> fields, std::string description) {
  Param param = make(ParamKind::kObjectList, std::move(name), std::move(description));
  param.fields = std::move(fields);
  return param;
}

}  // namespace out
}  // namespace mcp
