// Owners of what C gives out: file descriptors and library handles.
#pragma once

#include <unistd.h>

#include <memory>
#include <utility>

namespace penstock {

// Owns a file descriptor and closes it. -1 means none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~Fd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  // The caller becomes the owner.
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_ = -1;
};

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

// Owns a C handle: using Repository = Handle<git_repository, git_repository_free>.
template <typename T, auto Free>
using Handle = std::unique_ptr<T, Deleter<Free>>;

// Passes a Handle where C wants a T** to fill.
template <typename Owner>
class OutPtr {
 public:
  explicit OutPtr(Owner& owner) : owner_(owner) {}
  OutPtr(const OutPtr&) = delete;
  ~OutPtr() { owner_.reset(raw_); }
  operator typename Owner::pointer *() { return &raw_; }  // NOLINT(google-explicit-constructor): that is its purpose

 private:
  Owner& owner_;
  typename Owner::pointer raw_ = nullptr;
};

template <typename Owner>
OutPtr<Owner> out_ptr(Owner& owner) {
  return OutPtr<Owner>(owner);
}

}  // namespace penstock
