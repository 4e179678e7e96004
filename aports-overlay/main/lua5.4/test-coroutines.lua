local test = dofile("testing.lua")
local equal, raises = test.equal, test.raises
local create, resume, yield, status, wrap = coroutine.create, coroutine.resume, coroutine.yield, coroutine.status,
	coroutine.wrap

test("values pass both ways", function()
	local co = create(function(a, b)
		local c = yield(a + b)
		local d, e = yield(c * 2)
		return d + e, "end"
	end)
	equal({ resume(co, 1, 2) }, { true, 3 })
	equal({ resume(co, 10) }, { true, 20 })
	equal(status(co), "suspended")
	equal({ resume(co, 3, 4) }, { true, 7, "end" })
	equal(status(co), "dead")
	equal({ resume(co) }, { false, "cannot resume dead coroutine" })
end)

test("status, running and isyieldable", function()
	local main, is_main = coroutine.running()
	assert(is_main and not coroutine.isyieldable())
	local co
	co = create(function()
		assert(status(co) == "running" and coroutine.isyieldable() and coroutine.running() == co)
		local inner = create(function() assert(status(co) == "normal"); return "in" end)
		return select(2, resume(inner))
	end)
	equal({ resume(co) }, { true, "in" })
	equal(status(main), "running")
	raises("attempt to yield from outside a coroutine", yield)
	equal(select(2, wrap(function() return resume(coroutine.running()) end)()), "cannot resume non-suspended coroutine")
end)

test("wrap as a generator", function()
	local function permutations(a, n)
		n = n or #a
		if n <= 1 then
			yield(table.concat(a))
		else
			for i = 1, n do
				a[n], a[i] = a[i], a[n]
				permutations(a, n - 1)
				a[n], a[i] = a[i], a[n]
			end
		end
	end
	local seen, count = {}, 0
	for p in wrap(function() permutations({ "a", "b", "c", "d", "e" }) end) do
		assert(not seen[p])
		seen[p], count = true, count + 1
	end
	equal(count, 120)
end)

test("errors end a coroutine and reach its caller", function()
	local co = create(function() yield(1); error({ code = 7 }) end)
	resume(co)
	local fine, e = resume(co)
	equal({ fine, e.code, status(co) }, { false, 7, "dead" })
	raises("in the generator", wrap(function() error("in the generator") end))
	assert(debug.traceback(co):find("stack traceback", 1, true))
end)

test("yield across pcall, xpcall, metamethods, iterators and sort's refusal", function()
	local co = wrap(function()
		local fine, e = pcall(function()
			yield("in pcall")
			error("after yield", 0)
		end)
		yield(e)
		local t = setmetatable({}, {
			__index = function(_, k) return yield(k) end,
			__add = function() return yield("add") end,
			__call = function() return yield("call") end,
		})
		local sum = t.field + 0
		sum = sum + (t + 1) + t()
		for v in function() return yield("iterator") end do sum = sum + v end
		xpcall(function() yield("xpcall"); error() end, function() sum = sum + 1000 end)
		return sum
	end)
	equal(co(), "in pcall")
	equal(co(), "after yield")
	equal(co(), "field")
	equal(co(1), "add")
	equal(co(2), "call")
	equal(co(3), "iterator")
	equal(co(4), "iterator")
	equal(co(nil), "xpcall")
	equal(co(), 1010)
	raises("attempt to yield across a C-call boundary", wrap(function() table.sort({ 1, 2, 3 }, yield) end))
end)

test("close ends a suspended coroutine and runs its pending closes", function()
	local log = {}
	local function body(fails)
		return create(function()
			local x <close> = setmetatable({}, { __close = function()
				log[#log + 1] = "closed"
				if fails then error("in close", 0) end
			end })
			yield()
		end)
	end
	local co = body(false)
	resume(co)
	equal(coroutine.close(co), true)
	equal({ status(co), log }, { "dead", { "closed" } })
	co = body(true)
	resume(co)
	equal({ coroutine.close(co) }, { false, "in close" })
	raises("cannot close a running coroutine", function() wrap(function() coroutine.close(coroutine.running()) end)() end)
end)

test("ten thousand coroutines at once, then collected", function()
	local all = {}
	for i = 1, 10000 do
		all[i] = wrap(function(n) while true do n = n + yield(n) end end)
		all[i](i)
	end
	local sum = 0
	for i = 1, 10000 do sum = sum + all[i](1) end
	equal(sum, 10000 * 10001 // 2 + 10000)
	all = nil
	collectgarbage()
end)

test("a chain of filters: primes by sieving generators", function()
	local function from(n) return wrap(function() while true do yield(n); n = n + 1 end end) end
	local function without(p, g)
		return wrap(function() while true do local n = g(); if n % p ~= 0 then yield(n) end end end)
	end
	local source, primes = from(2), {}
	for i = 1, 60 do
		primes[i] = source()
		source = without(primes[i], source)
	end
	equal({ primes[1], primes[25], primes[60] }, { 2, 97, 281 })
end)

test("nesting is limited by an error", function()
	local function nest(n)
		local fine, inner = resume(create(nest), n + 1)
		if not fine then return n, inner end
		return inner, select(2, n, inner)
	end
	local depth = nest(1)
	assert(depth > 50)
end)

test("producer and consumer with 100,000 switches", function()
	local producer = wrap(function() for i = 1, 100000 do yield(i) end return nil end)
	local sum = 0
	for value in producer do sum = sum + value end
	equal(sum, 5000050000)
end)

test.finish()
