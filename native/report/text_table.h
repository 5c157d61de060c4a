#ifndef TSUGI_NATIVE_REPORT_TEXT_TABLE_H_
#define TSUGI_NATIVE_REPORT_TEXT_TABLE_H_

#include <string>
#include <vector>

namespace tsugi {

/// Writes rows of cells as lines of text. A column is as wide as its longest cell, and two blanks
/// separate columns. The first column is aligned left, the others right.
/// Requires: at least one row; no row has more cells than the first.
std::string AlignText(const std::vector<std::vector<std::string>>& rows);

/// Writes a number with `digits` decimals.
std::string FixedText(double value, int digits);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_REPORT_TEXT_TABLE_H_
