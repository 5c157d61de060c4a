#include "native/train/parallel.h"

#include <torch/torch.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

// Weak: LibTorch may be built on another BLAS.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int count);

namespace tsugi::train {
namespace {

/// The number in the first of `names` that is set; nullopt if none is.
Result<std::optional<int>> EnvironmentNumber(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* text = std::getenv(name);
    if (text == nullptr) continue;
    int value = 0;
    const char* end = text + std::strlen(text);
    const auto parsed = std::from_chars(text, end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || value < 0) {
      return InvalidArgument(std::string(name) + "=" + text + ": expected a number of 0 or more");
    }
    return std::optional<int>(value);
  }
  return std::optional<int>();
}

}  // namespace

// LibTorch's setting holds for the calling thread, so every worker sets it again. OpenBLAS has one
// for the whole process.
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

// Sums into the first share that has the tensor: the largest gradients, those of the item rows, are
// not copied once more.
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

struct ProcessGroup::Backend {
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group;
};

ProcessGroup::ProcessGroup(int rank, int world_size, std::unique_ptr<Backend> backend)
    : rank_(rank), world_size_(world_size), backend_(std::move(backend)) {}

ProcessGroup::~ProcessGroup() = default;

Result<std::unique_ptr<ProcessGroup>> ProcessGroup::Join() {
  // WORLD_SIZE first: where mpirun starts torchrun, torchrun's processes are the group.
  TSUGI_ASSIGN_OR_RETURN(const auto world,
                         EnvironmentNumber({"WORLD_SIZE", "OMPI_COMM_WORLD_SIZE"}));
  const int world_size = world.value_or(1);
  if (world_size <= 1) {
    // Alone: no store, no port; every reduction returns at once.
    return std::unique_ptr<ProcessGroup>(new ProcessGroup(0, 1, std::make_unique<Backend>()));
  }
  TSUGI_ASSIGN_OR_RETURN(const auto rank, EnvironmentNumber({"RANK", "OMPI_COMM_WORLD_RANK"}));
  TSUGI_ASSIGN_OR_RETURN(const auto port, EnvironmentNumber({"MASTER_PORT"}));
  if (!rank || *rank >= world_size) {
    return InvalidArgument("RANK must be set to 0.." + std::to_string(world_size - 1) +
                           " when WORLD_SIZE is " + std::to_string(world_size));
  }
  const char* address = std::getenv("MASTER_ADDR");
  const std::string host = address != nullptr ? address : "127.0.0.1";
  // c10d throws where this code returns errors. Rank 0 serves the store in which the others find
  // it.
  try {
    c10d::TCPStoreOptions store_options;
    store_options.port = static_cast<uint16_t>(port.value_or(29500));
    store_options.isServer = *rank == 0;
    store_options.numWorkers = world_size;
    store_options.useLibUV = false;  // Debian's LibTorch is built without it
    auto store = c10::make_intrusive<c10d::TCPStore>(host, store_options);
    auto options = c10d::ProcessGroupGloo::Options::create();
    options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(host));
    auto backend = std::make_unique<Backend>();
    backend->group = c10::make_intrusive<c10d::ProcessGroupGloo>(store, *rank, world_size, options);
    return std::unique_ptr<ProcessGroup>(new ProcessGroup(*rank, world_size, std::move(backend)));
  } catch (const c10::Error& error) {
    return Internal("could not join " + std::to_string(world_size) + " processes at " + host +
                    ": " + error.what_without_backtrace() +
                    ". Try: check MASTER_ADDR and MASTER_PORT");
  }
}

void ProcessGroup::AllReduceSum(const std::vector<torch::Tensor>& tensors) {
  if (world_size_ == 1) return;
  // One message instead of one per parameter: most are small, and each costs a round trip.
  std::vector<torch::Tensor> flat;
  for (const auto& tensor : tensors) flat.push_back(tensor.reshape(-1));
  std::vector<torch::Tensor> bucket = {torch::cat(flat)};
  backend_->group->allreduce(bucket)->wait();
  int64_t at = 0;
  for (const auto& tensor : tensors) {
    tensor.copy_(bucket[0].narrow(0, at, tensor.numel()).view_as(tensor));
    at += tensor.numel();
  }
}

double ProcessGroup::AllReduceSum(double value) {
  // Double precision: counts of targets and sums of losses are reduced here.
  const auto tensor = torch::full({1}, value, torch::kFloat64);
  AllReduceSum(std::vector<torch::Tensor>{tensor});
  return tensor.item<double>();
}

}  // namespace tsugi::train
