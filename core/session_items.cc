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

// An event's added item is written even if it was removed since: the event needs its row.
SavedContent Session::Content() const {
  SavedContent content{item_indices_, times_s_, actions_, values_, {}};
  const uint32_t first = parts_.spec.item_count;
  std::vector<uint32_t> added = own_items_;
  for (const uint32_t item : item_indices_) {
    if (item >= first) added.push_back(item);
  }
  SortAscending(added);
  added.erase(std::unique(added.begin(), added.end()), added.end());
  for (const uint32_t item : added) {
    const AddedItems::Item& one = (*parts_.added)[item - first];
    content.added.push_back({one.id, one.title, one.attribute_lines, one.vectors});
  }
  for (uint32_t& item : content.items) {
    if (item < first) continue;
    const auto place = std::lower_bound(added.begin(), added.end(), item) - added.begin();
    item = first + static_cast<uint32_t>(place);
  }
  return content;
}

size_t Session::SavedBytes() const { return SavedSessionBytes(Content()); }

Status Session::Save(std::span<uint8_t> out) const {
  const SavedContent content = Content();
  const size_t bytes = SavedSessionBytes(content);
  if (out.size() < bytes) {
    return OutOfRange(Concat("out: ", out.size(), " bytes, expected ", bytes));
  }
  SaveSession(parts_.fingerprint, content, out.first(bytes));
  return Status();
}

// An item whose id is known is not added again: it was added for everybody, before the session was
// saved or since.
Status Session::AddSavedItems(std::span<const SavedSession::Item> saved, ItemOwner owner,
                              std::vector<uint32_t>& added, std::vector<uint32_t>& places) {
  for (const SavedSession::Item& item : saved) {
    TSUGI_ASSIGN_OR_RETURN(const auto known, parts_.FindItem(item.id, owner));
    if (known) {
      places.push_back(*known);
      continue;
    }
    const std::vector<std::string_view> attributes = SplitLines(item.attribute_lines);
    // Copied, because numbers must be aligned.
    std::vector<float> vectors(item.vectors.size() / sizeof(float));
    std::ranges::copy(item.vectors, reinterpret_cast<char*>(vectors.data()));
    TSUGI_ASSIGN_OR_RETURN(const uint32_t place,
                           parts_.AddItem({item.id, {item.title, attributes, vectors}}, owner));
    added.push_back(place);
    places.push_back(place);
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
  std::vector<uint32_t> added, places;
  added.reserve(saved.added.size());
  places.reserve(saved.added.size());
  // On success these are the items that the session had before, else those that it was to get.
  const UndoUnless remove_others([&] {
    for (const uint32_t item : added) parts_.added->Remove(item - first);
  });
  TSUGI_RETURN_IF_ERROR(AddSavedItems(saved.added, owner, added, places));
  for (Event& event : saved.events) {
    if (event.item_index >= first) event.item_index = places[event.item_index - first];
  }
  std::swap(number_, owner);
  UndoUnless keep_number([&] { std::swap(number_, owner); });
  TSUGI_RETURN_IF_ERROR(Assign(saved.events));
  keep_number.is_done = true;
  std::swap(own_items_, added);
  return Status();
}

}  // namespace tsugi
