#ifndef TSUGI_CORE_KERNELS_XNNPACK_OPERATOR_H_
#define TSUGI_CORE_KERNELS_XNNPACK_OPERATOR_H_

#include <xnnpack.h>

#include <memory>

#include "core/base/status.h"

namespace tsugi {

/// Owns an XNNPACK operator.
struct DeleteXnnpackOperator {
  void operator()(xnn_operator_t op) const { xnn_delete_operator(op); }
};
using XnnpackOperator = std::unique_ptr<xnn_operator, DeleteXnnpackOperator>;

/// Initialises XNNPACK; only the first call does any work. XNNPACK is never shut down, because
/// other code in the process (LibTorch) may use the same library.
Status InitializeXnnpack();

/// Converts an XNNPACK status to ours. `call` names the failed step in the message.
Status FromXnnpack(xnn_status status, const char* call);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_XNNPACK_OPERATOR_H_
