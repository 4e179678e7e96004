-- script.lua [FOLDER]: files, coroutines, errors caught by pcall (longjmp) and string patterns.
-- Verifies what it computes; exit status 1 if anything was wrong.
local wrong = false

local function is(name, got, wanted)
	if got == wanted then
		print("ok: " .. name)
	else
		print(("WRONG: %s: got %s, wanted %s"):format(name, tostring(got), tostring(wanted)))
		wrong = true
	end
end

local folder = arg and arg[1]
local function path(name)
	return folder and folder .. "/" .. name or os.tmpname()
end

-- Files
local poem = path("poem.txt")
local file = assert(io.open(poem, "w"))
for i = 1, 1000 do
	file:write(("line %04d: %s\n"):format(i, ("ab"):rep(i % 7)))
end
file:close()
local lines, longest = 0, ""
for line in io.lines(poem) do
	lines = lines + 1
	if #line > #longest then longest = line end
end
is("lines of a file", lines, 1000)
is("the longest line", longest, "line 0006: abababababab")
file = assert(io.open(poem, "r+"))
file:seek("set", 5)
file:write("9999")
file:seek("set", 0)
is("a file changed in place", file:read("l"), "line 9999: ab")
is("its size", file:seek("end"), 18006)
file:close()
local none, message = io.open(poem .. ".missing")
is("a missing file", none, nil)
is("its message", message:match("No such file or directory$"), "No such file or directory")
os.remove(poem)

-- Coroutines
local function primes()
	return coroutine.wrap(function()
		local found = {}
		local n = 2
		while true do
			local prime = true
			for _, p in ipairs(found) do
				if p * p > n then break end
				if n % p == 0 then prime = false break end
			end
			if prime then
				found[#found + 1] = n
				coroutine.yield(n)
			end
			n = n + 1
		end
	end)
end
local sum, next_prime = 0, primes()
for _ = 1, 1000 do sum = sum + next_prime() end
is("sum of the first 1,000 primes out of a coroutine", sum, 3682913)

local function permutations(items, n)
	n = n or #items
	if n <= 1 then return coroutine.yield(table.concat(items)) end
	for i = 1, n do
		items[n], items[i] = items[i], items[n]
		permutations(items, n - 1)
		items[n], items[i] = items[i], items[n]
	end
end
local count = 0
for _ in coroutine.wrap(function() permutations({ "a", "b", "c", "d", "e", "f" }) end) do count = count + 1 end
is("permutations of six", count, 720)

local switches = 0
local ring = {}
for i = 1, 100 do
	ring[i] = coroutine.create(function()
		while true do
			local given = coroutine.yield(i)
			switches = switches + given
		end
	end)
	coroutine.resume(ring[i])
end
for _ = 1, 500 do
	for _, member in ipairs(ring) do coroutine.resume(member, 1) end
end
is("50,000 switches between a hundred coroutines", switches, 50000)

-- Errors: each of these leaves C and Lua frames by longjmp
local fine, problem = pcall(error, { code = 42 })
is("an error value of its own", not fine and problem.code, 42)
fine, problem = pcall(function() local t = nil; return t.field end)
is("an error of the interpreter", problem:match("attempt to index a nil value %(local 't'%)") ~= nil, true)
fine, problem = pcall(string.rep)
is("an error of a C function", problem:match("bad argument #1") ~= nil, true)
fine, problem = pcall(table.sort, { 3, 1, 2 }, function() error("from inside sort", 0) end)
is("an error through C's sort", problem, "from inside sort")
fine, problem = pcall(string.gsub, "text", ".", function() error("from inside gsub", 0) end)
is("an error through C's gsub", problem, "from inside gsub")
local caught = 0
for i = 1, 20000 do
	if not pcall(error, i) then caught = caught + 1 end
end
is("20,000 caught errors", caught, 20000)
local function deep(n) return n == 0 and error("bottom", 0) or pcall(deep, n - 1) and nil end
is("an error from 150 nested calls", select(2, pcall(deep, 0)), "bottom")
local order = {}
pcall(function()
	local first <close> = setmetatable({}, { __close = function() order[#order + 1] = "first" end })
	local second <close> = setmetatable({}, { __close = function() order[#order + 1] = "second" end })
	error("leaves")
end)
is("variables closed on the way out", table.concat(order, " "), "second first")
is("the handler sees the stack", select(2, xpcall(error, debug.traceback, "traced")):match("stack traceback:"),
	"stack traceback:")
is("stack overflow is an error, not a crash", pcall(function() local function f() return 1 + f() end return f() end), false)

-- String patterns
is("captures", ("2026-11-23"):gsub("(%d+)-(%d+)-(%d+)", "%3.%2.%1"), "23.11.2026")
local words = {}
for word in ("The quick brown fox; the lazy dog"):gmatch("%a+") do
	word = word:lower()
	words[word] = (words[word] or 0) + 1
end
is("words counted", words.the, 2)
is("balanced brackets", ("f(a(b)c)(d)"):match("%b()"), "(a(b)c)")
is("frontier", ("THE (quick) fox"):gsub("%f[%a]%a+", string.len), "3 (5) 3")
is("anchors and classes", ("  trimmed\t"):match("^%s*(.-)%s*$"), "trimmed")
is("back reference", ([[say "it's" now]]):match([[(["'])(.-)%1]]) , '"')
is("URL decoding", (("a%20b%2Fc"):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)), "a b/c")
is("pack and unpack", select(2, string.unpack("<i4z", string.pack("<i4z", -5, "five"))), "five")

-- Tables and numbers
local numbers = {}
local state = 42
for i = 1, 20000 do
	state = (state * 1103515245 + 12345) % 2147483648
	numbers[i] = state
end
table.sort(numbers)
local sorted = true
for i = 2, #numbers do sorted = sorted and numbers[i - 1] <= numbers[i] end
is("20,000 numbers sorted", sorted, true)
local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end
is("fib(24)", fib(24), 46368)
is("integers wrap at 64 bits", math.maxinteger + 1, math.mininteger)
is("floats", ("%.10f"):format(math.pi * 2 ^ 0.5), "4.4428829382")

if not wrong then print("all right") end
os.exit(not wrong)
