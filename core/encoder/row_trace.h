#ifndef TSUGI_CORE_ENCODER_ROW_TRACE_H_
#define TSUGI_CORE_ENCODER_ROW_TRACE_H_

namespace tsugi {

/// Intermediate values of the last row that a SequenceEncoder encoded, recorded for explanations.
/// Borrows.
struct RowTrace {
  float* token;    ///< [D] the row before the first layer
  float* queries;  ///< [L, D] its attention queries
  float* gates;    ///< [L, D] gate logits of attention; meaningless for blocks without gates
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ENCODER_ROW_TRACE_H_
