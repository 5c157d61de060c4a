#ifndef TSUGI_CORE_KERNELS_XNNPACK_OPERATOR_H_
#define TSUGI_CORE_KERNELS_XNNPACK_OPERATOR_H_

#include <xnnpack.h>

#include <memory>
#include <string>

#include "core/base/status.h"
#include "core/base/text.h"

namespace tsugi {

/// Owns an XNNPACK operator.
struct DeleteXnnpackOperator {
  void operator()(xnn_operator_t op) const { xnn_delete_operator(op); }
};
using XnnpackOperator = std::unique_ptr<xnn_operator, DeleteXnnpackOperator>;

/// Converts an XNNPACK status to ours. `call` names the failed step in the message.
inline Status FromXnnpack(xnn_status status, const char* call) {
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

/// Initialises XNNPACK; only the first call does any work. XNNPACK is never shut down, because
/// other code in the process (LibTorch) may use the same library.
inline Status InitializeXnnpack() {
  // xnn_initialize may be called any number of times; null means the default allocator.
  return FromXnnpack(xnn_initialize(nullptr), "initialize");
}

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_XNNPACK_OPERATOR_H_
