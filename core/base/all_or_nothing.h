#ifndef TSUGI_CORE_BASE_ALL_OR_NOTHING_H_
#define TSUGI_CORE_BASE_ALL_OR_NOTHING_H_

#include <algorithm>
#include <utility>
#include <vector>

// What functions need that change several things or none, also when an allocation fails: it throws
// std::bad_alloc, which native/c_api turns into a status.

namespace tsugi {

/// Calls a function when the scope is left, unless `is_done` was set. The function must not throw.
template <typename Function>
class UndoUnless {
 public:
  explicit UndoUnless(Function undo) : undo_(std::move(undo)) {}
  ~UndoUnless() {
    if (!is_done) undo_();
  }
  UndoUnless(const UndoUnless&) = delete;
  UndoUnless& operator=(const UndoUnless&) = delete;

  bool is_done = false;

 private:
  Function undo_;
};

/// Makes room for one more element: the next push_back does not throw. Doubles the capacity.
template <typename T>
void MakeRoom(std::vector<T>& values) {
  constexpr size_t kFirst = 16;
  if (values.size() == values.capacity()) values.reserve(std::max(kFirst, 2 * values.size()));
}

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_ALL_OR_NOTHING_H_
