#include "core/kernels/xnnpack_operator.h"

#include <string>

namespace tsugi {

Status InitializeXnnpack() { return FromXnnpack(xnn_initialize(nullptr), "initialize"); }

Status FromXnnpack(xnn_status status, const char* call) {
  if (status == xnn_status_success) return Status();
  const std::string where = "xnnpack " + std::string(call);
  switch (status) {
    case xnn_status_out_of_memory:
      return OutOfMemory(where + ": out of memory");
    case xnn_status_unsupported_hardware:
      return Unsupported(where + ": this processor lacks the instructions XNNPACK needs");
    default:
      return Internal(where + ": status " + std::to_string(static_cast<int>(status)));
  }
}

}  // namespace tsugi
