// What C++ programs expect of compiler and libraries. One line a check: PASS or FAIL, and its name.
#include "thrower.h"

#include <algorithm>
#include <any>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <csetjmp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <format>
#include <fstream>
#include <functional>
#include <future>
#include <iomanip>
#include <iostream>
#include <locale>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <numeric>
#include <optional>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <typeinfo>
#include <unordered_map>
#include <variant>
#include <vector>

static int failures;

static void check(const char *name, bool good)
{
	std::printf("%s: %s\n", good ? "PASS" : "FAIL", name);
	failures += !good;
}

template <typename F> static void checked(const char *name, F body)
{
	bool good = false;
	try {
		good = body();
	} catch (const std::exception &error) {
		std::printf("# %s: %s\n", name, error.what());
	} catch (...) {
		std::printf("# %s: something was thrown\n", name);
	}
	check(name, good);
}

struct Tracked {
	static inline int alive = 0;
	Tracked() { alive++; }
	Tracked(const Tracked &) { alive++; }
	~Tracked() { alive--; }
};

static int depth(int n)
{
	Tracked tracked;
	if (n == 0)
		throw std::out_of_range("deep");
	return depth(n - 1) + 1;
}

static void exceptions()
{
	checked("an int is caught", [] { try { throw 42; } catch (int n) { return n == 42; } });
	checked("a class is caught by its base", [] {
		try { throw std::out_of_range("x"); } catch (const std::logic_error &e) { return std::string(e.what()) == "x"; }
	});
	checked("handlers are tried in order", [] {
		try { throw 1.5; } catch (int) { return false; } catch (double d) { return d == 1.5; } catch (...) { return false; }
	});
	checked("destructors run while unwinding 500 frames", [] {
		try { depth(500); } catch (const std::out_of_range &) { return Tracked::alive == 0; }
		return false;
	});
	checked("an exception is thrown on", [] {
		try { try { throw std::string("a"); } catch (std::string &s) { s += "b"; throw; } } catch (const std::string &s) { return s == "ab"; }
		return false;
	});
	checked("exceptions nest", [] {
		try { try { throw 1; } catch (int) { std::throw_with_nested(std::runtime_error("outer")); } }
		catch (const std::exception &e) { try { std::rethrow_if_nested(e); } catch (int n) { return n == 1; } }
		return false;
	});
	checked("uncaught_exceptions counts", [] {
		struct Look { int *n; ~Look() { *n = std::uncaught_exceptions(); } };
		int n = 0;
		try { Look look{&n}; throw 1; } catch (int) {}
		return n == 1 && std::uncaught_exceptions() == 0;
	});
	checked("exception_ptr carries one over", [] {
		std::exception_ptr p;
		try { throw std::runtime_error("kept"); } catch (...) { p = std::current_exception(); }
		try { std::rethrow_exception(p); } catch (const std::runtime_error &e) { return std::string(e.what()) == "kept"; }
		return false;
	});
	checked("noexcept is known", [] { return noexcept(check("", true)) == false; });
	checked("bad_alloc is thrown", [] {
		try { std::vector<char> v(std::size_t(3) << 30); return v.empty(); } catch (const std::bad_alloc &) { return true; } catch (const std::length_error &) { return true; }
	});
	checked("100,000 throws", [] {
		int n = 0;
		for (int i = 0; i < 100000; i++)
			try { if (i % 2) throw i; } catch (int) { n++; }
		return n == 50000;
	});
	checked("longjmp beside exceptions", [] {
		static std::jmp_buf buf;
		volatile int state = 0;
		if (setjmp(buf) == 0) { state = 1; std::longjmp(buf, 1); }
		try { throw 7; } catch (int n) { return n == 7 && state == 1; }
	});
}

static int thrower(int n) { if (n > 3) throw std::invalid_argument("callback"); return n; }

static void libraries()
{
	checked("a class of a library is caught", [] { try { throwLibraryError(5); } catch (const LibraryError &e) { return e.code == 5; } return false; });
	checked("by its base in another library", [] { try { throwLibraryError(6); } catch (const std::runtime_error &e) { return std::string(e.what()) == "library error 6"; } return false; });
	checked("an int of a library", [] { try { throwInt(9); } catch (int n) { return n == 9; } return false; });
	checked("an exception passes through a library", [] { try { throughLibrary(thrower, 4); } catch (const std::invalid_argument &) { return throughLibrary(thrower, 1) == 1 + 1; } return false; });
	checked("dynamic_cast over libraries", [] { std::unique_ptr<Shape> s(makeSquare()); return dynamic_cast<Square *>(s.get()) && s->name() == "square"; });
	checked("typeid over libraries", [] { std::unique_ptr<Shape> s(makeSquare()); return typeid(*s) == typeid(Square); });
}

struct A { virtual ~A() = default; int a = 1; };
struct B { virtual ~B() = default; int b = 2; };
struct C : A, B { int c = 3; };
struct V1 : virtual A {};
struct V2 : virtual A {};
struct D : V1, V2 {};

static void rtti()
{
	checked("a cross cast", [] { C c; A *a = &c; return dynamic_cast<B *>(a) == static_cast<B *>(&c); });
	checked("a failing cast gives null", [] { A a; A *p = &a; return dynamic_cast<C *>(p) == nullptr; });
	checked("a failing reference cast throws", [] { A a; A &r = a; try { (void)dynamic_cast<C &>(r); } catch (const std::bad_cast &) { return true; } return false; });
	checked("virtual bases", [] { D d; V1 *v = &d; return dynamic_cast<V2 *>(v) == static_cast<V2 *>(&d) && d.a == 1; });
	checked("names of types", [] { return std::string(typeid(C).name()) == "1C"; });
	checked("typeid of null throws", [] { A *p = nullptr; try { (void)typeid(*p).name(); } catch (const std::bad_typeid &) { return true; } return false; });
}

static void streams()
{
	checked("stringstream reads and writes", [] { std::stringstream s; s << 12 << ' ' << 3.5 << " word"; int i; double d; std::string w; s >> i >> d >> w; return i == 12 && d == 3.5 && w == "word"; });
	checked("manipulators", [] { std::ostringstream s; s << std::hex << std::setw(6) << std::setfill('0') << 255 << std::dec << std::fixed << std::setprecision(2) << ' ' << 1.005 + 1; return s.str() == "0000ff 2.00"; });
	checked("streams throw when asked to", [] { std::ifstream f; f.exceptions(std::ios::failbit); try { f.open("/no/such/file"); } catch (const std::ios_base::failure &) { return true; } return false; });
	checked("files", [] { { std::ofstream f("t.txt"); f << "one\ntwo\n"; } std::ifstream f("t.txt"); std::string a, b; std::getline(f, a); std::getline(f, b); return a == "one" && b == "two" && f.peek() == EOF; });
	checked("wide streams", [] { std::wstringstream s; s << L"w" << 5; return s.str() == L"w5"; });
	checked("to_chars and from_chars", [] { char b[32]; auto r = std::to_chars(b, b + 32, 0.1); double d = 0; std::from_chars(b, r.ptr, d); return std::string(b, r.ptr) == "0.1" && d == 0.1; });
	checked("format", [] { return std::format("{:>5}|{:#x}|{:.2f}", "ab", 255, 3.14159) == "   ab|0xff|3.14"; });
}

/* made when it is first touched: a call, in a handler too */
static thread_local std::string visited = "main";

static void threads()
{
	checked("threads and a mutex", [] { std::mutex m; int n = 0; std::vector<std::thread> v; for (int i = 0; i < 8; i++) v.emplace_back([&] { for (int j = 0; j < 1000; j++) { std::lock_guard l(m); n++; } }); for (auto &t : v) t.join(); return n == 8000; });
	checked("atomics, 64 bits too", [] { std::atomic<long long> n{0}; std::vector<std::thread> v; for (int i = 0; i < 4; i++) v.emplace_back([&] { for (int j = 0; j < 1000; j++) n += 1LL << 32; }); for (auto &t : v) t.join(); return n == 4000LL << 32; });
	checked("condition variables", [] { std::mutex m; std::condition_variable c; bool ready = false, seen = false; std::thread t([&] { std::unique_lock l(m); c.wait(l, [&] { return ready; }); seen = true; }); { std::lock_guard l(m); ready = true; } c.notify_one(); t.join(); return seen; });
	checked("a future's value", [] { auto f = std::async(std::launch::async, [] { return 6 * 7; }); return f.get() == 42; });
	checked("a future's exception", [] { auto f = std::async(std::launch::async, []() -> int { throw std::runtime_error("there"); }); try { f.get(); } catch (const std::runtime_error &e) { return std::string(e.what()) == "there"; } return false; });
	checked("thread_local", [] { static thread_local int n = 1; n = 5; int other = 0; std::thread t([&] { other = n; }); t.join(); return n == 5 && other == 1; });
	checked("thread_local in a handler", [] { for (int i = 1; i < 3; i++) try { throw i; } catch (int n) { visited += std::to_string(n); } return visited == "main12"; });
	checked("thread_local destructors run", [] { static std::atomic<int> gone{0}; struct T { ~T() { gone++; } int x = 0; }; std::thread t([] { static thread_local T o; o.x = 1; }); t.join(); return gone == 1; });
	checked("call_once", [] { std::once_flag f; int n = 0; for (int i = 0; i < 3; i++) std::call_once(f, [&] { n++; }); return n == 1; });
	checked("call_once after an exception", [] { std::once_flag f; int n = 0; try { std::call_once(f, [&] { n++; throw 1; }); } catch (int) {} std::call_once(f, [&] { n++; }); return n == 2; });
	checked("exceptions in threads are apart", [] { std::atomic<int> good{0}; std::vector<std::thread> v; for (int i = 0; i < 8; i++) v.emplace_back([&, i] { for (int j = 0; j < 200; j++) try { throw i * 1000 + j; } catch (int n) { good += n == i * 1000 + j; } }); for (auto &t : v) t.join(); return good == 1600; });
	checked("statics of functions are made once", [] { static std::atomic<int> made{0}; struct S { S() { made++; } }; std::vector<std::thread> v; for (int i = 0; i < 4; i++) v.emplace_back([] { static S s; (void)s; }); for (auto &t : v) t.join(); return made == 1; });
	checked("steady_clock goes on", [] { auto a = std::chrono::steady_clock::now(); std::this_thread::sleep_for(std::chrono::milliseconds(20)); return std::chrono::steady_clock::now() - a >= std::chrono::milliseconds(20); });
}

static void files()
{
	namespace fs = std::filesystem;
	checked("folders are made and removed", [] { fs::create_directories("d/e/f"); std::ofstream("d/e/x") << "123"; bool good = fs::file_size("d/e/x") == 3 && fs::is_directory("d/e/f"); return good && fs::remove_all("d") == 4 && !fs::exists("d"); });
	checked("folders are listed", [] { fs::create_directory("l"); for (auto n : {"b", "a", "c"}) std::ofstream(std::string("l/") + n); std::set<std::string> s; for (auto &e : fs::directory_iterator("l")) s.insert(e.path().filename()); fs::remove_all("l"); return s == std::set<std::string>{"a", "b", "c"}; });
	checked("links", [] { std::ofstream("target") << "t"; fs::remove("link"); fs::create_symlink("target", "link"); return fs::is_symlink("link") && fs::read_symlink("link") == "target" && fs::equivalent("link", "target"); });
	checked("paths", [] { fs::path p = fs::path("/a/b") / "../c.txt"; return p.lexically_normal() == "/a/c.txt" && p.extension() == ".txt" && p.stem() == "c"; });
	checked("errors are thrown with their path", [] { try { fs::file_size("/no/such"); } catch (const fs::filesystem_error &e) { return e.path1() == "/no/such" && e.code() == std::errc::no_such_file_or_directory; } return false; });
	checked("errors are returned", [] { std::error_code e; fs::file_size("/no/such", e); return e == std::errc::no_such_file_or_directory; });
	checked("a copy has the permissions", [] { std::ofstream("p") << "p"; fs::permissions("p", fs::perms(0640)); fs::remove("q"); fs::copy_file("p", "q"); return fs::status("q").permissions() == fs::perms(0640); });
	checked("the current folder", [] { return fs::exists(fs::current_path() / "p"); });
}

static void locales()
{
	checked("the classic locale", [] { return std::locale::classic().name() == "C"; });
	checked("a locale of one's own", [] { struct P : std::numpunct<char> { char do_thousands_sep() const override { return '.'; } std::string do_grouping() const override { return "\3"; } }; std::ostringstream s; s.imbue(std::locale(std::locale(), new P)); s << 1234567; return s.str() == "1.234.567"; });
	checked("C.UTF-8 is there", [] { return std::locale("C.UTF-8").name() == "C.UTF-8"; });
	checked("an unknown locale throws", [] { try { std::locale l("not a locale/x"); return l.name() != ""; } catch (const std::runtime_error &) { return true; } });
	checked("ctype", [] { auto &c = std::use_facet<std::ctype<char>>(std::locale()); return c.toupper('a') == 'A' && c.is(std::ctype_base::digit, '7'); });
	checked("times are put", [] { std::tm t{}; t.tm_year = 126; t.tm_mon = 10; t.tm_mday = 27; std::ostringstream s; s << std::put_time(&t, "%Y-%m-%d"); return s.str() == "2026-11-27"; });
	checked("error messages", [] { return std::error_code(2, std::generic_category()).message() == "No such file or directory"; });
}

static void library()
{
	checked("containers", [] { std::map<std::string, int> m{{"a", 1}, {"b", 2}}; std::unordered_map<int, std::string> u{{1, "x"}}; m["c"] = 3; return m.size() == 3 && u.at(1) == "x"; });
	checked("at() throws", [] { try { std::vector<int>{1}.at(5); } catch (const std::out_of_range &) { return true; } return false; });
	checked("algorithms", [] { std::vector<int> v(1000); std::iota(v.begin(), v.end(), 0); std::shuffle(v.begin(), v.end(), std::mt19937(1)); std::sort(v.begin(), v.end()); return std::is_sorted(v.begin(), v.end()) && std::accumulate(v.begin(), v.end(), 0) == 499500; });
	checked("mt19937 is the standard's", [] { std::mt19937 g; g.discard(9999); return g() == 4123659995u; });
	checked("regex", [] { std::smatch m; std::string s = "key = value"; return std::regex_match(s, m, std::regex(R"((\w+)\s*=\s*(\w+))")) && m[1] == "key" && m[2] == "value"; });
	checked("a faulty regex throws", [] { try { std::regex r("("); } catch (const std::regex_error &) { return true; } return false; });
	checked("variant, optional, any", [] { std::variant<int, std::string> v = "s"; std::optional<int> o; std::any a = 5; bool threw = false; try { (void)o.value(); } catch (const std::bad_optional_access &) { threw = true; } return std::get<1>(v) == "s" && threw && std::any_cast<int>(a) == 5; });
	checked("shared pointers", [] { auto p = std::make_shared<Tracked>(); std::weak_ptr<Tracked> w = p; p.reset(); return w.expired() && Tracked::alive == 0; });
	checked("function objects", [] { std::function<int(int)> f; try { f(1); } catch (const std::bad_function_call &) { f = [](int n) { return n + 1; }; return f(1) == 2; } return false; });
	checked("stoi throws", [] { try { std::stoi("x"); } catch (const std::invalid_argument &) { return std::stoi("12") == 12; } return false; });
	checked("aligned new", [] { struct alignas(64) W { char c[64]; }; auto w = std::make_unique<W>(); return reinterpret_cast<std::uintptr_t>(w.get()) % 64 == 0; });
	checked("random_device", [] { std::random_device d; return d() != d() || d() != d(); });
}

static bool constructed = false;
struct Early { Early() { constructed = true; } } early;

int main()
{
	check("constructors ran before main", constructed);
	exceptions();
	libraries();
	rtti();
	streams();
	threads();
	files();
	locales();
	library();
	std::cout << "# " << failures << " failed" << std::endl;
	return failures != 0;
}
