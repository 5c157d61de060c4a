#ifndef TSUGI_MODEL_FORMAT_WRITER_H_
#define TSUGI_MODEL_FORMAT_WRITER_H_

#include <cstdint>

#include "core/base/aligned_buffer.h"
#include "core/base/bytes.h"
#include "core/base/status.h"
#include "core/model/model_view.h"
#include "model_format/int4_rows.h"
#include "model_format/provenance.h"

namespace tsugi {

/// Writes `view` as a `.tsugi` file: header, metadata, tensors in the table's order (the item table
/// last), item ids, attributes, titles. The same input gives the same bytes. Tensors named in
/// `int4` are stored as those 4-bit rows, which expand to the view's (QuantizeInt4Rows).
///
/// Errors: what ModelView::Validate returns; kInvalidArgument for a tensor that the table does not
///         list, 4-bit rows that do not expand to an i8 tensor of the view, or provenance larger
///         than 8 MiB; what the sink returns. Nothing reaches the sink before the model is found
///         valid.
Status WriteModel(const ModelView& view, const Provenance& provenance, ByteSink& sink,
                  const Int4Tensors& int4 = {});

/// Writes the same bytes into memory, ready for ReadModel.
Result<AlignedBuffer<uint8_t>> EncodeModel(const ModelView& view, const Provenance& provenance,
                                           const Int4Tensors& int4 = {});

}  // namespace tsugi

#endif  // TSUGI_MODEL_FORMAT_WRITER_H_
