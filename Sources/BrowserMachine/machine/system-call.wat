;; What a program's linux.syscall is bound to: the kernel's entry, and a look at the task's flag when it returns. Without
;; JavaScript in between, a getpid takes some 55 ns; handlers, which need it, are called by `deliver`. `poll` is what the
;; checks of loops call (loop-checks.js): a table holds functions of WebAssembly only.
(module
  (import "kernel" "memory" (memory 0 65536 shared))
  (import "kernel" "syscall" (func $call (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "host" "deliver" (func $deliver (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "host" "poll" (func $poll))
  (import "kernel" "flag" (global $flag i32))
  (func (export "poll") (call $poll))
  (func (export "syscall") (param i32 i32 i32 i32 i32 i32 i32) (result i32) (local $result i32)
    (local.set $result
      (call $call (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6)))
    (if (i32.load (global.get $flag))
      (then
        (local.set $result
          (call $deliver (local.get $result)
            (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6)))))
    (local.get $result)))
