#include "native/train/parallel.h"

#include <torch/torch.h>

#include <algorithm>
#include <exception>
#include <thread>
#include <vector>

// Weak: LibTorch may be built on another BLAS.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int count);

namespace tsugi::train {

void UseOneThreadPerOperation() {
  torch::set_num_threads(1);
  if (openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
}

void RunWorkers(int64_t count, const std::function<void(int64_t)>& task) {
  // An exception that leaves a thread ends the process, so each is kept and rethrown by the caller.
  std::vector<std::exception_ptr> errors(static_cast<size_t>(count));
  const auto run = [&](int64_t worker) {
    try {
      UseOneThreadPerOperation();
      task(worker);
    } catch (...) {
      errors[static_cast<size_t>(worker)] = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  for (int64_t worker = 0; worker + 1 < count; ++worker) threads.emplace_back(run, worker);
  if (count > 0) run(count - 1);
  for (std::thread& thread : threads) thread.join();
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

std::vector<at::Tensor> SumShares(const std::vector<std::vector<at::Tensor>>& shares) {
  std::vector<at::Tensor> sums;
  for (const auto& share : shares) {
    sums.resize(std::max(sums.size(), share.size()));
    for (size_t i = 0; i < share.size(); ++i) {
      if (!share[i].defined()) continue;
      sums[i] = sums[i].defined() ? sums[i].add_(share[i]) : share[i];
    }
  }
  return sums;
}

}  // namespace tsugi::train
