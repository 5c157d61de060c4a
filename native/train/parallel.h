#ifndef TSUGI_NATIVE_TRAIN_PARALLEL_H_
#define TSUGI_NATIVE_TRAIN_PARALLEL_H_

#include <cstdint>
#include <functional>
#include <vector>

// Forward, so that users of the trainer do not compile LibTorch's headers.
namespace at {
class Tensor;
}

namespace tsugi::train {

/// Makes every tensor operation of the calling thread single-threaded, and those of OpenBLAS in the
/// whole process. A step is a few hundred small operations: split inside, they wait for each other
/// at every one, which on a shared machine costs more than the second core gives (measured: half
/// the events per second on two free cores, a tenth on busy ones). So whole shares of a batch run
/// side by side instead (RunWorkers).
void UseOneThreadPerOperation();

/// Runs task(0) .. task(count - 1), each on a thread of its own, the last one on the caller's, and
/// returns when all are done. Rethrows the first exception, by task number.
void RunWorkers(int64_t count, const std::function<void(int64_t)>& task);

/// Adds up the lists of tensors that the workers give, in the workers' order, so that a result does
/// not depend on how they are scheduled. A list may be empty; a tensor that no list defines stays
/// undefined. Overwrites the tensors of `shares`.
std::vector<at::Tensor> SumShares(const std::vector<std::vector<at::Tensor>>& shares);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_PARALLEL_H_
