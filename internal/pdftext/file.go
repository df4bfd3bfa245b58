package pdftext

import (
	"bytes"
)

// A file is the objects of a PDF by their numbers.
type file struct {
	objects  map[ref]any
	root     any
	trailers int
	secret   bool // encrypted
	packed   bool // something is packed in a way that is not read
	budget   *budget
	plain    map[*stream][]byte // what was unpacked
}

// open finds the objects by one walk through the bytes, as readers do with a damaged file. The
// table of offsets is not read: it can lead in circles and claim any size. An object that stands
// twice, as after a change that was appended, is the last one.
func open(data []byte) (*file, error) {
	f := &file{objects: map[ref]any{}, budget: &budget{most: mostKept}, plain: map[*stream][]byte{}}
	at, object, trailer := 0, 0, 0
	for at < len(data) && !f.budget.spent {
		if object < at {
			object = find(data, "obj", at)
		}
		if trailer < at {
			trailer = find(data, "trailer", at)
		}
		if at = min(object, trailer); at >= len(data) {
			break
		}
		if at == trailer {
			at = f.trailer(data, at+len("trailer"))
		} else {
			at = f.object(data, at)
		}
		if len(f.objects) > mostObjects {
			f.budget.spent = true
		}
	}
	switch {
	case f.budget.spent:
		return nil, ErrTooLarge
	case f.secret:
		return nil, ErrEncrypted
	}
	f.budget.most = mostValues
	return f, nil
}

// find is the place of a word at or after a place, and the end where there is none.
func find(data []byte, word string, from int) int {
	if i := bytes.Index(data[from:], []byte(word)); i >= 0 {
		return from + i
	}
	return len(data)
}

func (f *file) trailer(data []byte, at int) (next int) {
	l := &lexer{data: data, at: at, budget: f.budget}
	l.space()
	if l.peek(0) != '<' {
		return at
	}
	object, _ := l.next()
	if members, ok := object.(dict); ok {
		f.described(members)
	}
	return l.at
}

// described takes from a trailer, or from the dictionary of a table of offsets, what it says of the file.
func (f *file) described(members dict) {
	f.trailers++
	f.secret = f.secret || members["Encrypt"] != nil
	if members["Root"] != nil {
		f.root = members["Root"]
	}
}

// object reads the object whose "obj" stands at a place, and says where to go on.
func (f *file) object(data []byte, at int) (next int) {
	number, ok := numberBefore(data, at)
	at += len("obj")
	if !ok {
		return at
	}
	l := &lexer{data: data, at: at, budget: f.budget}
	object, more := l.next()
	if _, word := object.(keyword); !more || word {
		return max(at, l.at)
	}
	if members, ok := object.(dict); ok {
		if body, end, ok := streamBody(data, l.at, members); ok {
			l.at = end
			s := &stream{members, body}
			f.objects[number] = s
			f.special(s)
			return l.at
		}
		if members["Type"] == name("Catalog") && f.root == nil {
			f.root = number // until a trailer says otherwise
		}
	}
	f.objects[number] = object
	return l.at
}

// numberBefore reads the number in "12 0 obj" backwards.
func numberBefore(data []byte, at int) (ref, bool) {
	i := at
	number := func() (int, bool) {
		for i > 0 && isSpace(data[i-1]) {
			i--
		}
		value, unit, length := 0, 1, 0
		for ; i > 0 && data[i-1] >= '0' && data[i-1] <= '9' && length < 8; length++ {
			i--
			value += unit * int(data[i]-'0')
			unit *= 10
		}
		return value, length > 0
	}
	if at == 0 || !isSpace(data[at-1]) {
		return 0, false
	}
	if _, ok := number(); !ok || i == 0 || !isSpace(data[i-1]) {
		return 0, false
	}
	value, ok := number()
	return ref(value), ok
}

// streamBody is the bytes after "stream": as many as the dictionary says where they end in
// "endstream", else up to the next "endstream".
func streamBody(data []byte, at int, members dict) (body []byte, end int, ok bool) {
	for at < len(data) && isSpace(data[at]) {
		at++
	}
	if !bytes.HasPrefix(data[at:], []byte("stream")) {
		return nil, at, false
	}
	at += len("stream")
	if at < len(data) && data[at] == '\r' {
		at++
	}
	if at < len(data) && data[at] == '\n' {
		at++
	}
	if length, ok := members["Length"].(float64); ok && length >= 0 && length <= float64(len(data)-at) {
		stop := at + int(length)
		after := bytes.TrimLeft(data[stop:min(stop+16, len(data))], "\r\n\t ")
		if bytes.HasPrefix(after, []byte("endstream")[:min(len(after), len("endstream"))]) && len(after) > 0 {
			return data[at:stop], stop, true
		}
	}
	stop := find(data, "endstream", at)
	return bytes.TrimRight(data[at:stop], "\r\n"), stop, true
}

// special reads the streams that are part of the structure of the file: objects within a stream,
// and the dictionary of a table of offsets.
func (f *file) special(s *stream) {
	switch s.dict["Type"] {
	case name("XRef"):
		f.described(s.dict)
	case name("ObjStm"):
		if f.secret {
			return
		}
		f.within(s)
	}
}

// within reads the objects of an object stream (ISO 32000-1, 7.5.7).
func (f *file) within(s *stream) {
	data := f.unpack(s)
	first, ok := f.number(s.dict["First"])
	if !ok || first < 0 || int(first) > len(data) {
		return
	}
	head := &lexer{data: data[:int(first)], plain: true, budget: f.budget}
	for {
		number, more := head.next()
		offset, again := head.next()
		if !more || !again {
			return
		}
		n, isNumber := number.(float64)
		o, isOffset := offset.(float64)
		if !isNumber || !isOffset || n < 0 || n > 1<<23 || o < 0 || int(first+o) > len(data) {
			return
		}
		l := &lexer{data: data, at: int(first + o), budget: f.budget}
		object, more := l.next()
		if !more {
			return
		}
		f.objects[ref(n)] = object
		if members, ok := object.(dict); ok && members["Type"] == name("Catalog") && f.root == nil {
			f.root = ref(n)
		}
	}
}

// get follows references to an object, a few at most.
func (f *file) get(object any) any {
	for range 8 {
		number, ok := object.(ref)
		if !ok {
			return object
		}
		object = f.objects[number]
	}
	return nil
}

func (f *file) dict(object any) dict {
	switch v := f.get(object).(type) {
	case dict:
		return v
	case *stream:
		return v.dict
	}
	return nil
}

func (f *file) array(object any) array {
	list, _ := f.get(object).(array)
	return list
}

func (f *file) name(object any) name {
	n, _ := f.get(object).(name)
	return n
}

func (f *file) number(object any) (float64, bool) {
	n, ok := f.get(object).(float64)
	return n, ok
}

// numbers is an array of exactly n numbers.
func (f *file) numbers(object any, n int) ([]float64, bool) {
	list := f.array(object)
	if len(list) != n {
		return nil, false
	}
	out := make([]float64, n)
	for i := range list {
		value, ok := f.number(list[i])
		if !ok {
			return nil, false
		}
		out[i] = value
	}
	return out, true
}
