#include "sim/function/wire_error.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

#include "sim/data/json.hpp"

namespace weir {

namespace {

using nlohmann::json;

std::string_view namespace_of(ServiceError error) {
  switch (error) {
    case ServiceError::validation:
    case ServiceError::item_size_exceeded:
      return "com.amazon.coral.validate#";
    case ServiceError::access_denied:
      return "com.amazon.coral.service#";
    case ServiceError::throttling:
      return "com.amazon.coral.availability#";
    case ServiceError::none:
    case ServiceError::invalid_parameter_value:
    case ServiceError::resource_conflict:
      return "";
    default:
      return "com.amazonaws.dynamodb.v20120810#";
  }
}

bool spells_message_with_a_capital(ServiceError error) {
  return error == ServiceError::transaction_canceled || error == ServiceError::transaction_in_progress ||
         error == ServiceError::idempotent_parameter_mismatch || error == ServiceError::access_denied;
}

json as_json(const CancellationReason& reason) {
  json one = {{"Code", wire_name(reason.code)}};
  if (!reason.message.empty()) one["Message"] = reason.message;
  if (!reason.item.empty()) one["Item"] = to_typed_json(reason.item);
  return one;
}

}  // namespace

WireError wire_form(const Failed& failed, std::span<const CancellationReason> reasons) {
  WireError wire;
  wire.http_status = failed.error == ServiceError::internal_server_error ? 500 : 400;
  wire.type = std::string(namespace_of(failed.error)) + std::string(wire_name(failed.error));
  json body = {{"__type", wire.type}, {spells_message_with_a_capital(failed.error) ? "Message" : "message", failed.message}};
  if (!reasons.empty()) {
    json& list = body["CancellationReasons"] = json::array();
    for (const CancellationReason& reason : reasons) list.push_back(as_json(reason));
  }
  if (!failed.reason.empty())
    body["ThrottlingReasons"] = json::array({{{"reason", failed.reason}, {"resource", failed.resource}}});
  wire.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return wire;
}

}  // namespace weir
