package pdftext

// A cmap says how codes are cut from the bytes of a string, and which letters they stand for
// (ISO 32000-1, 9.10.3).
type cmap struct {
	spaces  []codeSpace
	letters map[code]string
	budget  *budget
}

// A code is a number of one to four bytes; 1 and 0x0001 are two codes.
type code struct {
	bytes int
	value uint32
}

type codeSpace struct {
	bytes     int
	low, high uint32
}

func (f *file) cmap(s *stream) *cmap {
	m := &cmap{letters: map[code]string{}, budget: f.budget}
	l := &lexer{data: f.unpack(s), plain: true, budget: f.budget}
	var operands []any
	for {
		object, more := l.next()
		if !more {
			return m
		}
		word, ok := object.(keyword)
		if !ok {
			if operands = append(operands, object); len(operands) > 4*mostLetters {
				return m
			}
			continue
		}
		switch word {
		case "endcodespacerange":
			m.addSpaces(operands)
		case "endbfchar":
			m.addLetters(operands)
		case "endbfrange":
			m.addRanges(operands)
		}
		operands = operands[:0]
	}
}

func codeOf(object any) (code, bool) {
	b, ok := object.(text)
	if !ok || len(b) == 0 || len(b) > 4 {
		return code{}, false
	}
	return codeAt(string(b), len(b)), true
}

func codeAt(s string, n int) code {
	c := code{bytes: n}
	for i := range n {
		c.value = c.value<<8 | uint32(s[i])
	}
	return c
}

func (m *cmap) addSpaces(operands []any) {
	for i := 0; i+1 < len(operands) && len(m.spaces) < 64; i += 2 {
		low, ok1 := codeOf(operands[i])
		high, ok2 := codeOf(operands[i+1])
		if ok1 && ok2 && low.bytes == high.bytes {
			m.spaces = append(m.spaces, codeSpace{low.bytes, low.value, high.value})
		}
	}
}

func (m *cmap) set(c code, letter string) {
	if len(m.letters) < mostLetters && letter != "" && m.budget.charge(letterCost) {
		m.letters[c] = letter
	}
}

func (m *cmap) addLetters(operands []any) {
	for i := 0; i+1 < len(operands); i += 2 {
		c, ok := codeOf(operands[i])
		switch to := operands[i+1].(type) {
		case text:
			if ok {
				m.set(c, utf16Text(to))
			}
		case name:
			if ok {
				m.set(c, named(to))
			}
		}
	}
}

func (m *cmap) addRanges(operands []any) {
	for i := 0; i+2 < len(operands); i += 3 {
		low, ok1 := codeOf(operands[i])
		high, ok2 := codeOf(operands[i+1])
		if !ok1 || !ok2 || low.bytes != high.bytes || high.value < low.value || high.value-low.value > 0xffff {
			continue
		}
		m.addRange(low, int(high.value-low.value)+1, operands[i+2])
	}
}

func (m *cmap) addRange(from code, count int, to any) {
	switch to := to.(type) {
	case array:
		for i := range min(count, len(to)) {
			if letter, ok := to[i].(text); ok {
				m.set(code{from.bytes, from.value + uint32(i)}, utf16Text(letter))
			}
		}
	case text:
		if len(to) < 2 || len(to) > 64 {
			return
		}
		for i := 0; i < count && len(m.letters) < mostLetters && !m.budget.spent; i++ {
			last := uint32(to[len(to)-2])<<8 | uint32(to[len(to)-1]) + uint32(i)
			letter := to[:len(to)-2] + text([]byte{byte(last >> 8), byte(last)})
			m.set(code{from.bytes, from.value + uint32(i)}, utf16Text(letter))
		}
	}
}

// cut takes the next code from a string; where no space of codes fits, it has the usual length.
func (m *cmap) cut(s string, usual int) code {
	if m != nil {
		for n := 1; n <= 4 && n <= len(s); n++ {
			c := codeAt(s, n)
			for _, space := range m.spaces {
				if space.bytes == n && space.low <= c.value && c.value <= space.high {
					return c
				}
			}
		}
	}
	return codeAt(s, min(usual, len(s)))
}
