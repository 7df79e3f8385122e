#include "execution_broker/desk/decision_bodies.h"

namespace broker {

using trading::CanonicalJson;

CanonicalJson denials_body(const std::vector<risk::Denial>& denials) {
  CanonicalJson list = CanonicalJson::array();
  for (const risk::Denial& denial : denials)
    list.push_back(CanonicalJson::object({{"code", denial.code},
                                          {"value", denial.value},
                                          {"limit", denial.limit},
                                          {"fix", denial.fix},
                                          {"message", denial.message}}));
  return list;
}

CanonicalJson verdicts_body(const risk::Verdicts& verdicts) {
  CanonicalJson list = CanonicalJson::array();
  for (const risk::Verdict& verdict : verdicts.all) {
    CanonicalJson row = CanonicalJson::object({{"check", verdict.check->name}, {"verdict", risk::name_of(verdict.kind)}});
    if (verdict.value_number) row.set("value", *verdict.value_number);
    if (verdict.limit_number) row.set("limit", *verdict.limit_number);
    if (!verdict.reason.empty()) row.set("reason", verdict.reason);
    if (verdict.denial) row.set("code", verdict.denial->code);
    list.push_back(std::move(row));
  }
  return list;
}

}  // namespace broker
