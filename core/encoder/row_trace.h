#ifndef TSUGI_CORE_ENCODER_ROW_TRACE_H_
#define TSUGI_CORE_ENCODER_ROW_TRACE_H_

namespace tsugi {

/// What a SequenceEncoder computed for the last row of a run, for explanations. Borrows.
struct RowTrace {
  float* token;    ///< [D] before the first layer
  float* queries;  ///< [L, D]
  float* gates;    ///< [L, D] of what attention adds, before the sigmoid; untouched without gates
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ENCODER_ROW_TRACE_H_
