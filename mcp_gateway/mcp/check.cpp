#include "mcp_gateway/mcp/check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

namespace mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kShownValueBytes = 40;

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

// The value as the caller wrote it, shortened: it stands in a message.
std::string shown(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list of " + std::to_string(value.size());
  if (value.is_binary()) return "an integer beyond 64 bits";
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > kShownValueBytes) text = text.substr(0, kShownValueBytes) + "...";
  return text;
}

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", value);
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// An integer beyond 64 bits hides in a free object as a binary value.
bool holds_oversized_integer(const json& value) {
  if (value.is_binary()) return true;
  if (!value.is_structured()) return false;
  return std::any_of(value.begin(), value.end(), holds_oversized_integer);
}

std::size_t count_values(const json& value) {
  std::size_t count = 1;
  if (value.is_structured()) {
    for (const json& member : value) count += count_values(member);
  }
  return count;
}

bool has_control_character(const std::string& text, bool is_multiline) {
  return std::any_of(text.begin(), text.end(), [is_multiline](char c) {
    if (is_multiline && (c == '\n' || c == '\t')) return false;
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

// Collects the faults of one object; `is_input` says how strict it is.
class Checker {
 public:
  Checker(bool is_input, std::vector<Fault>& faults) : is_input_(is_input), faults_(faults) {}

  void object(const std::vector<Param>& params, const json& value, const std::string& prefix) {
    for (const Param& param : params) {
      const auto member = value.find(param.name);
      if (member == value.end()) {
        if (param.is_required) add(prefix + param.name, "is required", param.allowed);
      } else if (!(member->is_null() && param.is_nullable)) {
        one(param, *member, prefix + param.name);
      }
    }
    if (is_input_) refuse_unknown(params, value, prefix);
  }

 private:
  void refuse_unknown(const std::vector<Param>& params, const json& value,
                      const std::string& prefix) {
    for (const auto& [name, unused] : value.items()) {
      const bool is_known = std::any_of(params.begin(), params.end(),
                                        [&name = name](const Param& p) { return p.name == name; });
      if (is_known) continue;
      std::vector<std::string> known;
      for (const Param& param : params) known.push_back(param.name);
      std::string short_name = name.substr(0, kShownValueBytes);
      add(prefix + short_name, "is not an argument of this tool", std::move(known));
    }
  }

  void one(const Param& param, const json& value, const std::string& field) {
    switch (param.kind) {
      case ParamKind::kString:
        return string(param, value, field);
      case ParamKind::kEnum:
        return enumeration(param, value, field);
      case ParamKind::kInteger:
        if (!is_whole(value)) return mistyped(param, value, field, "an integer");
        return bounds(param, value, field);
      case ParamKind::kNumber:
        if (!value.is_number()) return mistyped(param, value, field, "a number");
        return bounds(param, value, field);
      case ParamKind::kBoolean:
        if (!value.is_boolean()) mistyped(param, value, field, "true or false");
        return;
      case ParamKind::kStringList:
      case ParamKind::kNumberList:
      case ParamKind::kObjectList:
        return list(param, value, field);
      case ParamKind::kObject:
        if (!value.is_object()) return mistyped(param, value, field, "an object");
        if (!param.fields.empty()) return object(param.fields, value, field + ".");
        return free_object(value, field);
    }
  }

  // JSON has one kind of number: 5.0 is an integer.
  static bool is_whole(const json& value) {
    if (value.is_number_integer()) return true;
    if (!value.is_number_float()) return false;
    const double number = value.get<double>();
    return std::floor(number) == number && std::abs(number) <= 9007199254740992.0;
  }

  void string(const Param& param, const json& value, const std::string& field) {
    if (!value.is_string()) return mistyped(param, value, field, "a string");
    const auto& text = value.get_ref<const std::string&>();
    if (is_input_ && has_control_character(text, param.is_multiline)) {
      return add(field, param.is_multiline ? "must not hold control characters"
                                           : "must be one line without control characters");
    }
    const std::size_t length = code_points(text);
    if (param.min_length && length < *param.min_length) {
      return add(field, "must be at least " + std::to_string(*param.min_length) +
                            " characters long, got " + std::to_string(length));
    }
    const std::size_t most = param.max_length.value_or(kMaxStringLength);
    if ((is_input_ || param.max_length) && length > most) {
      add(field, "must be at most " + std::to_string(most) + " characters long, got " +
                     std::to_string(length));
    }
  }

  void enumeration(const Param& param, const json& value, const std::string& field) {
    if (value.is_string() && contains(param.allowed, value.get_ref<const std::string&>())) return;
    add(field, "must be one of " + joined(param.allowed) + ", got " + shown(value), param.allowed);
  }

  void bounds(const Param& param, const json& value, const std::string& field) {
    const double number = value.get<double>();
    if (param.minimum && number < *param.minimum) {
      add(field, "must be at least " + number_text(*param.minimum) + ", got " + shown(value));
    } else if (param.exclusive_minimum && number <= *param.exclusive_minimum) {
      add(field,
          "must be above " + number_text(*param.exclusive_minimum) + ", got " + shown(value));
    } else if (param.maximum && number > *param.maximum) {
      add(field, "must be at most " + number_text(*param.maximum) + ", got " + shown(value));
    }
  }

  void list(const Param& param, const json& value, const std::string& field) {
    if (!value.is_array()) return mistyped(param, value, field, "a list");
    if (param.min_length && value.size() < *param.min_length) {
      return add(field, "must hold at least " + std::to_string(*param.min_length) + " items, got " +
                            std::to_string(value.size()));
    }
    const std::size_t most = param.max_length.value_or(kMaxListItems);
    if ((is_input_ || param.max_length) && value.size() > most) {
      return add(field, "must hold at most " + std::to_string(most) + " items, got " +
                            std::to_string(value.size()));
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
      item(param, value[i], field + "[" + std::to_string(i) + "]");
    }
  }

  void item(const Param& param, const json& value, const std::string& field) {
    if (param.kind == ParamKind::kObjectList) {
      if (!value.is_object()) return mistyped(param, value, field, "an object");
      if (!param.fields.empty()) object(param.fields, value, field + ".");
    } else if (param.kind == ParamKind::kNumberList) {
      if (!value.is_number() && !value.is_null()) mistyped(param, value, field, "a number");
    } else if (!param.allowed.empty()) {
      enumeration(param, value, field);
    } else {
      Param plain = string_param({}, {});
      plain.min_length = is_input_ ? std::optional<std::size_t>(1) : std::nullopt;
      string(plain, value, field);
    }
  }

  void free_object(const json& value, const std::string& field) {
    if (!is_input_) return;
    if (holds_oversized_integer(value)) add(field, "holds an integer beyond 64 bits");
    if (count_values(value) > kMaxFreeValues) {
      add(field, "must hold at most " + std::to_string(kMaxFreeValues) + " values");
    }
  }

  void mistyped(const Param& param, const json& value, const std::string& field,
                const char* wanted) {
    std::string problem = std::string("must be ") + wanted + ", got " + shown(value);
    if (value.is_null() && is_input_ && !param.is_required) problem += "; leave it out instead";
    add(field, std::move(problem), param.allowed);
  }

  static bool contains(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  }

  void add(std::string field, std::string problem, std::vector<std::string> allowed = {}) {
    faults_.push_back({std::move(field), std::move(problem), std::move(allowed)});
  }

  bool is_input_;
  std::vector<Fault>& faults_;
};

}  // namespace

std::vector<Fault> check_arguments(const std::vector<Param>& params, const json& arguments) {
  std::vector<Fault> faults;
  Checker(true, faults).object(params, arguments, "");
  return faults;
}

std::vector<Fault> check_output(const std::vector<Param>& fields, const json& result) {
  if (!result.is_object()) return {{"", "must be an object", {}}};
  std::vector<Fault> faults;
  Checker(false, faults).object(fields, result, "");
  return faults;
}

void fill_defaults(const std::vector<Param>& params, json& arguments) {
  for (const Param& param : params) {
    if (param.default_value.index() == 0 || arguments.contains(param.name)) continue;
    std::visit(
        [&](const auto& value) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
            arguments[param.name] = value;
          }
        },
        param.default_value);
  }
}

}  // namespace mcp
