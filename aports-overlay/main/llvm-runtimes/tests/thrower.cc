#include "thrower.h"

#include <memory>

std::string Square::name() const { return "square"; }
LibraryError::LibraryError(int code) : std::runtime_error("library error " + std::to_string(code)), code(code) {}
void throwLibraryError(int code) { throw LibraryError(code); }
void throwInt(int value) { throw value; }
Shape *makeSquare() { return new Square; }

extern "C" int squareIsNamed(void)
{
	try {
		std::unique_ptr<Shape> shape(makeSquare());
		throw std::runtime_error(shape->name());
	} catch (const std::exception &error) {
		return std::string(error.what()) == "square";
	}
}

int throughLibrary(int (*callback)(int), int value)
{
	struct Counter {
		int &n;
		~Counter() { n++; }
	};
	static int destroyed;
	Counter counter{destroyed};
	return callback(value) + destroyed;
}
