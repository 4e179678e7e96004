local test = dofile("testing.lua")
local equal, raises = test.equal, test.raises

test("multiple assignment evaluates before it assigns", function()
	local a, b, c = (function() return 1, 2 end)()
	equal({ a, b, c }, { 1, 2 })
	local i, t = 1, {}
	i, t[i] = i + 1, 20
	equal({ i, t[1], t[2] }, { 2, 20 })
	a, b = b, a
	equal({ a, b }, { 2, 1 })
end)

test("varargs: count, nil, table.pack and the adjusted call", function()
	local function count(...) return select("#", ...) end
	local function pass(...) return ... end
	equal(count(nil, nil), 2)
	equal(count(pass(1, 2), pass(3, 4)), 3)
	equal(count((pass(1, 2))), 1)
	equal(table.pack(pass()).n, 0)
	equal({ select(-2, "a", "b", "c") }, { "b", "c" })
	raises("bad argument #1 to 'select'", select, 0)
end)

test("closures share their variables, loops make new ones", function()
	local function counter()
		local n = 0
		return function() n = n + 1; return n end, function() return n end
	end
	local up, now = counter()
	up(); up()
	equal(now(), 2)
	local made = {}
	for i = 1, 3 do made[i] = function() i = i + 1; return i end end
	equal({ made[1](), made[1](), made[2]() }, { 2, 3, 3 })
end)

test("goto, nested break and repeat's scope", function()
	local got = {}
	for i = 1, 5 do
		if i % 2 == 0 then goto continue end
		got[#got + 1] = i
		::continue::
	end
	equal(got, { 1, 3, 5 })
	local n = 0
	repeat local done = n >= 3; n = n + 1 until done
	equal(n, 4)
	raises("no visible label", function() assert(load("goto nowhere")) end)
	raises("jumps into the scope", function() assert(load("goto l; local a; ::l:: print(a)")) end)
end)

test("and, or, not and comparison chains", function()
	equal({ nil or 1, false or 2, 0 and 3, 1 and 4 }, { 1, 2, 3, 4 })
	equal(not nil, true)
	equal(1 < 2 == true, true)
	equal("a" .. "b" == "ab", true)
	equal(2 + 3 * 4 ^ 2 / 2, 26.0)
end)

test("constants and to-be-closed variables", function()
	local order = {}
	local function closing(name)
		return setmetatable({}, { __close = function(_, e) order[#order + 1] = name .. (e and "!" or "") end })
	end
	do
		local a <close> = closing("a")
		local b <close> = closing("b")
		local c <const> = 5
		order[#order + 1] = "body" .. c
	end
	equal(table.concat(order, " "), "body5 b a")
	order = {}
	pcall(function()
		local a <close> = closing("a")
		error("boom")
	end)
	equal(order, { "a!" })
	raises("attempt to assign to const variable", function() assert(load("local x <const> = 1; x = 2")) end)
	raises("got a non-closable value", function() local x <close> = 42 end)
end)

test("tail calls need no stack", function()
	local function down(n) if n == 0 then return "done" end return down(n - 1) end
	equal(down(1000000), "done")
end)

test("deep recursion ends in an error, not in a crash", function()
	local function deep(n) return 1 + deep(n + 1) end
	raises("stack overflow", deep, 1)
	local function nested(n) return pcall(nested, n + 1) end
	nested(1)
	local text = ("("):rep(500) .. "1" .. (")"):rep(500)
	raises("overflow", function() assert(load("return " .. text)) end)
	raises("stack overflow", function()
		local t = setmetatable({}, {})
		getmetatable(t).__index = function(_, k) return t[k] end
		return t.x
	end)
	raises("C stack overflow", function()
		local function again(s) return (s:gsub(".", again)) end
		return again("x")
	end)
end)

test("metamethods: arithmetic, concat, comparison, length, call", function()
	local V = {}
	V.__index = V
	local function new(x, y) return setmetatable({ x = x, y = y }, V) end
	V.__add = function(a, b) return new(a.x + b.x, a.y + b.y) end
	V.__mul = function(a, b) return type(a) == "number" and new(a * b.x, a * b.y) or a.x * b.x + a.y * b.y end
	V.__unm = function(a) return new(-a.x, -a.y) end
	V.__eq = function(a, b) return a.x == b.x and a.y == b.y end
	V.__lt = function(a, b) return a.x < b.x end
	V.__le = function(a, b) return a.x <= b.x end
	V.__len = function() return 2 end
	V.__call = function(self, n) return self.x + n end
	V.__concat = function(a, b) return tostring(a) .. "|" .. tostring(b) end
	V.__tostring = function(a) return a.x .. "," .. a.y end
	V.__idiv = function() return "idiv" end
	V.__band = function() return "band" end
	V.__shl = function() return "shl" end
	V.__bnot = function() return "bnot" end
	V.__name = "vector"
	local a, b = new(1, 2), new(3, 4)
	assert(a + b == new(4, 6) and a * b == 11 and 2 * a == new(2, 4) and -a == new(-1, -2))
	assert(a < b and a <= b and not (a > b) and #a == 2 and a(10) == 11)
	equal({ a .. b, a .. "s", "s" .. a }, { "1,2|3,4", "1,2|s", "s|1,2" })
	equal({ a // 1, a & 1, a << 1, ~a }, { "idiv", "band", "shl", "bnot" })
	raises("attempt to perform arithmetic on a vector value", function() return a - 1 end)
end)

test("__index and __newindex chains, rawget and rawset", function()
	local base = { greet = function() return "hi" end }
	local middle = setmetatable({}, { __index = base })
	local log = {}
	local proxy = setmetatable({}, { __index = middle, __newindex = function(t, k, v) log[#log + 1] = k; rawset(t, k, v) end })
	equal(proxy.greet(), "hi")
	proxy.a = 1
	proxy.a = 2
	equal({ log, proxy.a, rawget(proxy, "greet") }, { { "a" }, 2 })
	assert(rawequal(proxy, proxy) and rawlen({ 1, 2 }) == 2)
	raises("cannot change a protected metatable", function()
		setmetatable(setmetatable({}, { __metatable = "locked" }), {})
	end)
end)

test("__pairs, next and changes while walking", function()
	local t = setmetatable({}, { __pairs = function() return function(_, k) if not k then return 1, "one" end end, nil, nil end })
	for k, v in pairs(t) do equal({ k, v }, { 1, "one" }) end
	local many = {}
	for i = 1, 1000 do many["k" .. i] = i end
	local sum = 0
	for k, v in pairs(many) do sum = sum + v; many[k] = nil end
	equal({ sum, next(many) }, { 500500 })
	raises("invalid key to 'next'", next, {}, "absent")
end)

test("load: text, functions, environments, binary chunks", function()
	equal(load("return ...")(7), 7)
	local parts = { "return ", "1 +", " 2" }
	local n = 0
	equal(load(function() n = n + 1; return parts[n] end)(), 3)
	local env = {}
	load("x = 5; y = x * 2", "chunk", "t", env)()
	equal(env, { x = 5, y = 10 })
	local function f(a) local t = { 1, 2.5, "three", true }; return t[a] end
	local binary = string.dump(f)
	equal({ load(binary, "b", "b")(2), load(binary)(3) }, { 2.5, "three" })
	raises("attempt to load a binary chunk", function() assert(load(binary, "b", "t")) end)
	raises("truncated", function() assert(load(binary:sub(1, -10), "b", "b")) end)
	raises("unexpected symbol near '='", function() assert(load("= 1")) end)
	raises("'end' expected (to close 'if' at line 1)", function() assert(load("if x then\n")) end)
	raises("unfinished string", function() assert(load("x = 'abc")) end)
end)

test("a function of many constants and locals", function()
	local source = { "local t = {}" }
	for i = 1, 70000 do source[#source + 1] = ("t[%d] = %d.5"):format(i, i) end
	source[#source + 1] = "return t"
	local t = load(table.concat(source, "\n"))()
	equal({ #t, t[1], t[70000] }, { 70000, 1.5, 70000.5 })
	local locals = {}
	for i = 1, 201 do locals[i] = "local v" .. i .. " = " .. i end
	raises("too many local variables", function() assert(load(table.concat(locals, "\n"))) end)
end)

test("require finds, caches and reports", function()
	package.preload["made-up"] = function(name, extra) return { name = name, extra = extra } end
	local first = require("made-up")
	equal({ first.name, first.extra }, { "made-up", ":preload:" })
	assert(require("made-up") == first and package.loaded["made-up"] == first)
	raises("module 'not.there' not found", require, "not.there")
	equal(package.config:sub(1, 1), "/")
end)

test("debug: getinfo, locals, upvalues, hooks, traceback", function()
	local function f(a, b) local c = a + b; return debug.getinfo(1, "nSlu"), debug.getlocal(1, 3) end
	local about, name = f(1, 2)
	equal({ about.what, about.nparams, name }, { "Lua", 2, "c" })
	local up = 1
	local function g() return up end
	equal({ debug.getupvalue(g, 1) }, { "up", 1 })
	debug.setupvalue(g, 1, 9)
	equal(up, 9)
	local lines = 0
	debug.sethook(function() lines = lines + 1 end, "l")
	local x = 1
	x = x + 1
	debug.sethook()
	assert(lines >= 2)
	assert(debug.traceback("message"):match("^message\nstack traceback:\n"))
end)

test.finish()
