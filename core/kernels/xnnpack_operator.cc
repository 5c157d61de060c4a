#include "core/kernels/xnnpack_operator.h"

#include <string>

#include "core/base/concat.h"

namespace tsugi {

// xnn_initialize may be called any number of times; null means the default allocator.
Status InitializeXnnpack() { return FromXnnpack(xnn_initialize(nullptr), "initialize"); }

Status FromXnnpack(xnn_status status, const char* call) {
  if (status == xnn_status_success) return Status();
  const std::string where = Concat("xnnpack ", call);
  switch (status) {
    case xnn_status_out_of_memory:
      return OutOfMemory(Concat(where, ": out of memory"));
    case xnn_status_unsupported_hardware:
      return Unsupported(Concat(where, ": this processor lacks instructions that XNNPACK needs"));
    // The engine passes valid arguments only, so any other status is a defect of ours.
    default:
      return Internal(Concat(where, ": status ", static_cast<int>(status)));
  }
}

}  // namespace tsugi
