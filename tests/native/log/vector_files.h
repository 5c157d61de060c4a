#ifndef TSUGI_TESTS_NATIVE_LOG_VECTOR_FILES_H_
#define TSUGI_TESTS_NATIVE_LOG_VECTOR_FILES_H_

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace tsugi {

/// The start of a NumPy file with this dictionary, as numpy.save writes it.
inline std::string NpyHeading(std::string_view dictionary, int version = 1) {
  std::string heading(dictionary);
  const size_t fixed = version == 1 ? 10 : 12;
  while ((fixed + heading.size() + 1) % 64 != 0) heading += ' ';
  heading += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  for (size_t i = 0; i < fixed - 8; ++i) bytes += static_cast<char>(heading.size() >> (8 * i));
  return bytes + heading;
}

inline std::string NpyDictionary(std::string_view type, std::string_view shape,
                                 std::string_view fortran_order = "False") {
  return "{'descr': '" + std::string(type) + "', 'fortran_order': " + std::string(fortran_order) +
         ", 'shape': " + std::string(shape) + ", }";
}

/// The little-endian bytes of floats.
inline std::string FloatBytes(const std::vector<float>& numbers) {
  std::string bytes(numbers.size() * sizeof(float), '\0');
  if (!numbers.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

/// A NumPy file of `rows` rows, row by row.
inline std::string NpyFloats(size_t rows, const std::vector<float>& numbers) {
  const std::string shape =
      "(" + std::to_string(rows) + ", " + std::to_string(rows ? numbers.size() / rows : 0) + ")";
  return NpyHeading(NpyDictionary("<f4", shape)) + FloatBytes(numbers);
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_LOG_VECTOR_FILES_H_
