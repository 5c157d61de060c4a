#ifndef TSUGI_NATIVE_STUDIES_SCALING_STUDY_H_
#define TSUGI_NATIVE_STUDIES_SCALING_STUDY_H_

#include <cstdint>
#include <vector>

#include "native/studies/study_runner.h"

namespace tsugi {

/// Trains backbones of the given widths, everything else alike (the projection keeps item rows and
/// decoding the same), measures MRR over the whole catalogue, and fits the offset power law and the
/// log-linear one over the backbone's parameters (native/studies/scaling_fit.h). Writes
/// out/scaling.json and out/scaling.svg and prints the table.
/// Errors: those of StudyRunner; kInvalidArgument for fewer than four widths.
Status RunScalingStudy(std::vector<uint32_t> widths, const Dataset& dataset,
                       const StudyRequest& request);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_SCALING_STUDY_H_
