#ifndef TSUGI_NATIVE_REPORT_TEXT_TABLE_H_
#define TSUGI_NATIVE_REPORT_TEXT_TABLE_H_

#include <string>
#include <vector>

namespace tsugi {

/// Rows of cells as lines of text, columns as wide as their longest cell and two blanks apart; the
/// first column is left-aligned, the others right. A row may be shorter than the first.
/// Requires: at least one row; the first has at least as many cells as any other.
std::string AlignText(const std::vector<std::vector<std::string>>& rows);

/// `value` with `digits` digits behind the point.
std::string FixedText(double value, int digits);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_REPORT_TEXT_TABLE_H_
