#include "sim/trigger/record_view.hpp"

#include "sim/data/base64.hpp"
#include "sim/data/encoding.hpp"
#include "sim/function/event_json.hpp"

namespace weir {

RecordView::Kind RecordView::kind() const {
  switch (place_) {
    case Place::absent:
      return Kind::absent;
    case Place::record:
    case Place::change:
    case Place::identity:
    case Place::item:
    case Place::typed:
    case Place::map:
      return Kind::object;
    case Place::list:
    case Place::set:
      return Kind::array;
    case Place::text:
    case Place::made_text:
      return Kind::text;
    case Place::number:
      return Kind::number;
    case Place::truth:
      return Kind::truth;
  }
  return Kind::absent;
}

RecordView RecordView::of_made(std::string text) {
  RecordView view(Place::made_text);
  view.made_ = std::move(text);
  return view;
}

RecordView RecordView::of_number(std::int64_t number) {
  RecordView view(Place::number);
  view.number_ = number;
  return view;
}

RecordView RecordView::of_item(const Item& item) {
  RecordView view(Place::item);
  view.item_ = &item;
  return view;
}

RecordView RecordView::member(std::string_view name) const {
  switch (place_) {
    case Place::record:
      return in_record(name);
    case Place::change:
      return in_change(name);
    case Place::identity:
      if (name == "principalId") return of_text("dynamodb.amazonaws.com");
      return name == "type" ? of_text("Service") : RecordView();
    case Place::item: {
      const std::string_view value = item_->find_encoded(name);
      return value.empty() ? RecordView() : RecordView(Place::typed, value);
    }
    case Place::typed:
      return in_typed(name);
    case Place::map:
      return in_map(name);
    default:
      return {};
  }
}

RecordView RecordView::in_record(std::string_view name) const {
  if (name == "dynamodb") {
    RecordView view(Place::change);
    view.record_ = record_;
    return view;
  }
  if (shows_ == Shows::dynamodb_only) return {};
  if (name == "eventName") return of_text(wire_name(record_->event_name));
  if (name == "eventID") return of_made(record_->event_id());
  if (name == "eventVersion") return of_text("1.1");
  if (name == "eventSource") return of_text("aws:dynamodb");
  if (name == "awsRegion") return of_text(arn_fields(bytes_, 3, 1));
  if (name == "eventSourceARN") return of_text(bytes_);
  return name == "userIdentity" && record_->by_ttl ? RecordView(Place::identity) : RecordView();
}

RecordView RecordView::in_change(std::string_view name) const {
  if (name == "NewImage") return record_->new_image ? of_item(*record_->new_image) : RecordView();
  if (name == "OldImage") return record_->old_image ? of_item(*record_->old_image) : RecordView();
  if (name == "Keys") return of_item(record_->keys);
  if (name == "ApproximateCreationDateTime") return of_number(record_->approximate_creation_time);
  if (name == "SequenceNumber") return of_made(to_wire(record_->sequence_number));
  if (name == "SizeBytes") return of_number(record_->size_bytes);
  return name == "StreamViewType" ? of_text(wire_name(record_->view)) : RecordView();
}

RecordView RecordView::in_typed(std::string_view name) const {
  const Type type = encoded_type(bytes_);
  if (name != wire_name(type)) return {};
  switch (type) {
    case Type::S:
      return of_text(encoded_text(bytes_));
    case Type::N:
      return of_made(encoded_number(bytes_).to_text());
    case Type::B:
      return of_made(to_base64(encoded_text(bytes_)));
    case Type::Bool:
    case Type::Null: {
      RecordView view(Place::truth);
      view.number_ = type == Type::Null || bytes_[1] != 0 ? 1 : 0;
      return view;
    }
    case Type::M:
      return RecordView(Place::map, bytes_);
    case Type::L:
      return RecordView(Place::list, bytes_);
    case Type::SS:
    case Type::NS:
    case Type::BS:
      return RecordView(Place::set, bytes_);
  }
  return {};
}

RecordView RecordView::in_map(std::string_view name) const {
  const char* at = elements();
  for (std::size_t left = count(); left > 0; --left) {
    const bool found = read_text(at) == name;
    const std::string_view value = read_value(at);
    if (found) return RecordView(Place::typed, value);
  }
  return {};
}

std::size_t RecordView::count() const {
  const char* at = bytes_.data() + 1;
  read_length(at);
  return read_length(at);
}

const char* RecordView::elements() const {
  const char* at = bytes_.data() + 1;
  read_length(at);
  read_length(at);
  return at;
}

RecordView RecordView::next_element(const char*& at) const {
  if (place_ == Place::list) return RecordView(Place::typed, read_value(at));
  if (encoded_type(bytes_) != Type::NS) {
    const std::string_view text = read_text(at);
    return encoded_type(bytes_) == Type::SS ? of_text(text) : of_made(to_base64(text));
  }
  const Number number = Number::unpack(at);
  at += Number::packed_length(at);
  return of_made(number.to_text());
}

}  // namespace weir
