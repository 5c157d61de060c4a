#ifndef TSUGI_NATIVE_STUDIES_SHIFT_SHIFT_FILES_H_
#define TSUGI_NATIVE_STUDIES_SHIFT_SHIFT_FILES_H_

#include <filesystem>

#include "core/base/status.h"
#include "native/log/read_audit.h"
#include "native/studies/shift/interactions.h"

namespace tsugi {

/// The parts of a split that somebody else has made; lines are `user item ...`, further fields are
/// not read.
struct ShiftFiles {
  std::filesystem::path train, valid, test, shifted;
};

/// Reads them. Users and items are numbered in the order of their first line, training part first.
/// An item without a training pair stays in the catalogue: a target that nobody can learn. A pair
/// that an earlier part holds too is turned away.
///
/// Errors: file errors; kInvalidArgument for a part without a pair.
Result<ShiftData> ReadShiftFiles(const ShiftFiles& files, ReadAudit& audit);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_SHIFT_SHIFT_FILES_H_
