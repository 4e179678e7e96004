local test = dofile("testing.lua")
local equal, raises = test.equal, test.raises

test("pcall gives back results, error values of every type and positions", function()
	equal({ pcall(function() return 1, 2 end) }, { true, 1, 2 })
	local object = {}
	local fine, caught = pcall(error, object)
	assert(not fine and caught == object)
	equal({ pcall(error) }, { false, nil })
	equal(select(2, pcall(error, "plain", 0)), "plain")
	local _, message = pcall(function() error("placed") end)
	assert(message:match("^test%-errors%.lua:%d+: placed$"), message)
	local _, outer = pcall(function() local function f() error("caller", 2) end f() end)
	assert(outer:match(":%d+: caller$"))
end)

test("xpcall runs the handler at the place of the error", function()
	local fine, trace = xpcall(function() local x = nil; return x.field end, function(m) return debug.traceback(m) end)
	assert(not fine)
	assert(trace:find("attempt to index a nil value (local 'x')", 1, true), trace)
	assert(trace:find("stack traceback:", 1, true))
	equal({ xpcall(function(...) return ... end, print, 1, 2) }, { true, 1, 2 })
	local ok, inner = xpcall(error, function() error("handler fails too") end, "first")
	equal(ok, false)
	assert(inner ~= nil)
end)

test("messages name the variable that was wrong", function()
	local t = {}
	raises("attempt to call a nil value (global 'undefined_function')", function() undefined_function() end)
	raises("attempt to call a nil value (field 'x')", function() t.x() end)
	raises("attempt to call a nil value (method 'm')", function() t:m() end)
	raises("attempt to index a number value (field 'n')", function() t.n = 5; return t.n.o end)
	raises("attempt to perform arithmetic on a table value (upvalue 't')", function() return t + 1 end)
	raises("attempt to concatenate a boolean value", function() return "a" .. true end)
	raises("attempt to compare two table values", function() return {} < {} end)
	raises("attempt to get length of a nil value", function() local a; return #a end)
	raises("table index is nil", function() t[nil] = 1 end)
	raises("table index is NaN", function() t[0 / 0] = 1 end)
	raises("bad argument #1 to 'table.insert' (table expected, got no value)", table.insert)
	raises("bad argument #1 to 'ipairs'", ipairs)
	raises("number expected, got string", math.floor, "x")
end)

test("errors are caught at every depth: 200 nested pcalls, each raising again", function()
	local function level(n)
		if n == 0 then error({ depth = 0 }) end
		local fine, e = pcall(level, n - 1)
		assert(not fine)
		e.depth = e.depth + 1
		error(e)
	end
	local fine, e = pcall(level, 180)
	equal({ fine, e.depth }, { false, 180 })
end)

test("200,000 caught errors leave nothing behind", function()
	collectgarbage()
	local before = collectgarbage("count")
	local caught = 0
	for i = 1, 200000 do
		local fine = pcall(error, i)
		if not fine then caught = caught + 1 end
	end
	collectgarbage()
	equal(caught, 200000)
	assert(collectgarbage("count") - before < 100)
end)

test("errors cross the C functions sort, gsub, load and tostring", function()
	raises("from sort", table.sort, { 3, 1, 2 }, function() error("from sort") end)
	raises("from gsub", string.gsub, "abc", ".", function() error("from gsub") end)
	raises("from the reader", function() assert(load(function() error("from the reader") end)) end)
	raises("from tostring", tostring, setmetatable({}, { __tostring = function() error("from tostring") end }))
	raises("'__tostring' must return a string", tostring, setmetatable({}, { __tostring = function() return {} end }))
	raises("invalid order function", function()
		local t = {}
		for i = 1, 100 do t[i] = i % 10 end
		table.sort(t, function() return true end)
	end)
end)

test("assert passes its values and raises its message untouched", function()
	equal({ assert(1, "unused", 3) }, { 1, "unused", 3 })
	raises("assertion failed!", assert, false)
	local object = {}
	equal(select(2, pcall(assert, nil, object)) == object, true)
	raises("value expected", assert)
end)

test("an error inside __close replaces the one before, all variables are closed", function()
	local closed = {}
	local function make(name, message)
		return setmetatable({}, { __close = function(_, e)
			closed[#closed + 1] = name .. "<" .. tostring(e):gsub("^.-:%d+: ", "")
			if message then error(message, 0) end
		end })
	end
	local fine, e = pcall(function()
		local a <close> = make("a")
		local b <close> = make("b", "second")
		local c <close> = make("c")
		error("first", 0)
	end)
	equal({ fine, e }, { false, "second" })
	equal(closed, { "c<first", "b<first", "a<second" })
end)

test("warnings are printed only when on", function()
	warn("@off")
	warn("not seen")
	warn("@on")
	warn("@off")
end)

test.finish()
