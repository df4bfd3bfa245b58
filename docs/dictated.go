package docs

// spokenMarks are the marks of a note that was typed as it was spoken, where the clinician said each.
var spokenMarks = map[string]string{"period": ".", "comma": ",", "colon": ":", "semicolon": ";", "quote": `"`, "unquote": `"`}

// leastSpoken is how many full stops a note has in words before its marks are read so: "period" alone is
// a word of many notes.
const leastSpoken = 4

// readSpokenMarks makes marks of the words for them, in a note that was dictated word by word.
func readSpokenMarks(tokens []token) {
	stops, commas := 0, 0
	for i := range tokens {
		switch tokens[i].text {
		case "period":
			stops++
		case "comma":
			commas++
		}
	}
	if stops < leastSpoken || commas == 0 {
		return
	}
	for i := range tokens {
		t := &tokens[i]
		if mark := spokenMarks[t.text]; mark != "" && !(t.text == "period" && i > 0 && tokens[i-1].text == "office") {
			t.text, t.kind = mark, markToken
		}
		if i+1 < len(tokens) && t.text == "new" && (tokens[i+1].text == "paragraph" || tokens[i+1].text == "line") {
			t.text, t.kind = ".", markToken
			tokens[i+1].text, tokens[i+1].kind = ".", markToken
		}
	}
}
