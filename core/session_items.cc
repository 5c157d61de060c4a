// The verbs of Session about items of its own, and about saving, which takes them along.
#include <algorithm>

#include "core/base/all_or_nothing.h"
#include "core/base/numbers.h"
#include "core/base/text.h"
#include "core/engine_parts.h"
#include "core/session.h"

namespace tsugi {

Status Session::CheckItem(uint32_t item_index) const {
  return parts_.CheckItem(item_index, number_);
}

Result<std::optional<uint32_t>> Session::FindItem(std::string_view id) const {
  return parts_.FindItem(id, number_);
}

// Remembered, because the item ends with the session.
Result<uint32_t> Session::AddItem(const NewItem& item) {
  MakeRoom(own_items_);  // first: an item that the session does not remember would stay for ever
  TSUGI_ASSIGN_OR_RETURN(const uint32_t item_index, parts_.AddItem(item, number_));
  own_items_.push_back(item_index);
  return item_index;
}

Status Session::RemoveItem(uint32_t item_index) {
  TSUGI_RETURN_IF_ERROR(parts_.RemoveItem(item_index, number_));
  std::erase(own_items_, item_index);
  return Status();
}

// An event's added item is written even if it was removed since: the event needs its row. Without
// its id, so that it stays removed.
SavedSession Session::Content() const {
  SavedSession content{Events(), {}};
  const uint32_t first = parts_.spec.item_count;
  // Own items as they came, then those of the events: a restored session writes the same bytes.
  constexpr uint32_t kUnwritten = UINT32_MAX;
  std::vector<uint32_t> numbers(parts_.added->count(), kUnwritten);
  const auto write = [&](uint32_t item) {
    uint32_t& number = numbers[item - first];
    if (number != kUnwritten) return number;
    number = static_cast<uint32_t>(content.added.size());
    const AddedItems::Item& one = (*parts_.added)[item - first];
    const std::string_view id = one.owner == kNobody ? std::string_view() : one.id;
    content.added.push_back({id, one.title, one.attribute_lines, one.vectors});
    return number;
  };
  for (const uint32_t item : own_items_) write(item);
  for (Event& event : content.events) {
    if (event.item_index >= first) event.item_index = first + write(event.item_index);
  }
  return content;
}

size_t Session::SavedBytes() const { return SavedSessionBytes(Content()); }

Status Session::Save(std::span<uint8_t> out) const {
  const SavedSession content = Content();
  const size_t bytes = SavedSessionBytes(content);
  if (out.size() < bytes) {
    return OutOfRange(Concat("out: ", out.size(), " bytes, expected ", bytes));
  }
  SaveSession(parts_.fingerprint, content, out.first(bytes));
  return Status();
}

// An item that everybody has is not added again, be it that it was added since. Everybody's other
// item of the same id is hidden: the visitor goes on seeing what was saved.
Result<uint32_t> Session::AddSavedItem(const SavedSession::Item& item, std::string_view id,
                                       ItemOwner owner, std::vector<uint32_t>& added) {
  TSUGI_ASSIGN_OR_RETURN(const auto known, parts_.FindItem(id, owner));
  const uint32_t first = parts_.spec.item_count;
  if (known && *known < first) return *known;
  if (known) {
    const AddedItems::Item& other = (*parts_.added)[*known - first];
    const bool is_same = other.title == item.title && other.vectors == item.vectors &&
                         other.attribute_lines == item.attribute_lines;
    if (is_same || other.owner == owner) return *known;
  }
  const std::vector<std::string_view> attributes = SplitLines(item.attribute_lines);
  // Copied, because numbers must be aligned.
  std::vector<float> vectors(item.vectors.size() / sizeof(float));
  std::ranges::copy(item.vectors, reinterpret_cast<char*>(vectors.data()));
  TSUGI_ASSIGN_OR_RETURN(const uint32_t place,
                         parts_.AddHidingItem({id, {item.title, attributes, vectors}}, owner));
  added.push_back(place);
  return place;
}

// Items that were removed have no ids. While the session is restored they get ids that no other
// item has, so they come last.
Status Session::AddSavedItems(std::span<const SavedSession::Item> saved, ItemOwner owner,
                              RestoredItems& restored) {
  for (size_t i = 0; i < saved.size(); ++i) {
    if (saved[i].id.empty()) continue;
    TSUGI_ASSIGN_OR_RETURN(restored.places[i],
                           AddSavedItem(saved[i], saved[i].id, owner, restored.own));
  }
  std::string id = "removed";
  size_t names = 0;
  for (size_t i = 0; i < saved.size(); ++i) {
    if (!saved[i].id.empty()) continue;
    for (;;) {
      TSUGI_ASSIGN_OR_RETURN(const auto known, parts_.FindItem(id, owner));
      if (!known) break;
      id = Concat("removed ", ++names);
    }
    TSUGI_ASSIGN_OR_RETURN(restored.places[i], AddSavedItem(saved[i], id, owner, restored.removed));
  }
  return Status();
}

Status Session::Restore(std::span<const uint8_t> bytes) {
  TSUGI_ASSIGN_OR_RETURN(SavedSession saved, ReadSavedSession(parts_.fingerprint, bytes));
  const uint32_t first = parts_.spec.item_count;
  for (const Event& event : saved.events) {
    if (event.item_index < first + saved.added.size()) continue;
    return CorruptModel(
        Concat("saved session: item_index ", event.item_index,
               " is neither in the catalogue nor added; drop it and start a new session"));
  }
  // All or nothing: what is restored has an owner of its own, which the session becomes once
  // everything else has worked. So no item of before is taken for one of the saved ones either.
  ItemOwner owner = ++parts_.session_count;
  RestoredItems restored;
  restored.places.resize(saved.added.size());
  restored.own.reserve(saved.added.size());
  restored.removed.reserve(saved.added.size());
  // On success `own` are the items that the session had before, else those that it was to get.
  const UndoUnless remove_others([&] {
    for (const auto* items : {&restored.own, &restored.removed}) {
      for (const uint32_t item : *items) parts_.added->Remove(item - first);
    }
  });
  TSUGI_RETURN_IF_ERROR(AddSavedItems(saved.added, owner, restored));
  for (Event& event : saved.events) {
    if (event.item_index >= first) event.item_index = restored.places[event.item_index - first];
  }
  std::swap(number_, owner);
  UndoUnless keep_number([&] { std::swap(number_, owner); });
  TSUGI_RETURN_IF_ERROR(Assign(saved.events));
  keep_number.is_done = true;
  std::swap(own_items_, restored.own);
  return Status();
}

}  // namespace tsugi
