#include "sim/world/asked.hpp"

#include "sim/data/base64.hpp"
#include "sim/expression/names.hpp"

namespace weir {

namespace {

class Asking {
 public:
  // The item itself or a key alone.
  Asking& item(const Item& item, const KeySchema& schema) {
    const std::optional<AttributeValue> partition = item.get(schema.partition);
    if (partition) key(*partition);
    item.each([&](std::string_view name, std::string_view) { names_.emplace(name); });
    return *this;
  }
  // A value of another type is no key, which the table says when it looks at the request.
  Asking& key(const AttributeValue& partition) {
    if (const std::string* const text = partition.as_string()) asked_.leading_keys.push_back(*text);
    if (const Number* const number = partition.as_number()) asked_.leading_keys.push_back(number->to_text());
    if (const std::string* const bytes = partition.as_binary()) asked_.leading_keys.push_back(to_base64(*bytes));
    return *this;
  }
  template <class Expression>
  Asking& names(const Expression& expression) {
    add_names(expression, names_);
    return *this;
  }
  Asking& name(const std::string& name) {
    names_.insert(name);
    return *this;
  }
  Asked done() {
    asked_.attributes.assign(names_.begin(), names_.end());
    return std::move(asked_);
  }

 private:
  Asked asked_;
  AttributeNames names_;
};

}  // namespace

Asked asked_by(const PutItem& request, const KeySchema& schema) {
  return Asking().item(request.item, schema).names(request.condition).done();
}
Asked asked_by(const UpdateItem& request, const KeySchema& schema) {
  return Asking().item(request.key, schema).names(request.update).names(request.condition).done();
}
Asked asked_by(const DeleteItem& request, const KeySchema& schema) {
  return Asking().item(request.key, schema).names(request.condition).done();
}
Asked asked_by(const ConditionCheck& request, const KeySchema& schema) {
  return Asking().item(request.key, schema).names(request.condition).done();
}
Asked asked_by(const GetItem& request, const KeySchema& schema) {
  return Asking().item(request.key, schema).names(request.projection).done();
}
Asked asked_by(const Query& request, const KeySchema& schema) {
  Asking asking;
  asking.key(request.key.partition).name(schema.partition).names(request.page.filter).names(request.page.projection);
  if (request.key.sort) asking.name(schema.sort);
  return asking.done();
}
Asked asked_by(const Scan& request, const KeySchema&) {
  return Asking().names(request.page.filter).names(request.page.projection).done();
}
Asked asked_by(const WriteRequest& request, const KeySchema& schema) {
  const auto* const put = std::get_if<PutRequest>(&request.request);
  return Asking().item(put ? put->item : std::get<DeleteRequest>(request.request).key, schema).done();
}
Asked asked_by(const KeysAndAttributes& request, const KeySchema& schema) {
  Asking asking;
  for (const Item& key : request.keys) asking.item(key, schema);
  return asking.names(request.projection).done();
}

}  // namespace weir
