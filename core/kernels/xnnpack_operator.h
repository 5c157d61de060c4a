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

/// Starts XNNPACK; later calls are free. Never shut down, because other code of the process
/// (LibTorch) shares the library.
Status InitializeXnnpack();

/// Translates what XNNPACK returned; `call` names the step in the message.
Status FromXnnpack(xnn_status status, const char* call);

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_XNNPACK_OPERATOR_H_
