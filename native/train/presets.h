#ifndef TSUGI_NATIVE_TRAIN_PRESETS_H_
#define TSUGI_NATIVE_TRAIN_PRESETS_H_

#include <span>
#include <string_view>

namespace tsugi::train {

struct Preset {
  std::string_view name;
  std::string_view text;  ///< TOML
};

/// The files of native/train/presets/, built in.
std::span<const Preset> Presets();

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_PRESETS_H_
