package docs

// The lengths from which an unknown word is compared with the known ones; shorter words have too many
// neighbours: bother and brother, quite and quiet.
const (
	shortestTypo    = 7
	shortestSwapped = 6
)

// A speller finds the known word that a mistyped one stands for: with a letter left out, put in, or
// exchanged with its neighbour. A changed letter is not mended, nor the last one, since they make other
// words: planner and planned, session and sessions.
type speller struct {
	known   map[string]int
	without map[string]string // the known words by what is left of them without one letter; "" where two fit
}

func newSpeller(known map[string]int) *speller {
	s := &speller{known: known, without: map[string]string{}}
	for word := range known {
		if len(word) <= shortestTypo || !onlyLetters(word) {
			continue
		}
		for i := 1; i+1 < len(word); i++ {
			if word[i] == word[i-1] {
				continue
			}
			key := word[:i] + word[i+1:]
			if other, taken := s.without[key]; taken && other != word {
				s.without[key] = ""
			} else {
				s.without[key] = word
			}
		}
	}
	return s
}

// mend is the known word that an unknown one stands for, or "".
func (s *speller) mend(word string) string {
	if len(word) < shortestSwapped || !onlyLetters(word) {
		return ""
	}
	for i := 1; i+1 < len(word); i++ {
		if word[i] == word[i+1] {
			continue
		}
		if swapped := word[:i] + word[i+1:i+2] + word[i:i+1] + word[i+2:]; s.known[swapped] > 0 {
			return swapped
		}
	}
	if len(word) < shortestTypo {
		return ""
	}
	if whole := s.without[word]; whole != "" {
		return whole
	}
	for i := 1; i+1 < len(word); i++ {
		if shorter := word[:i] + word[i+1:]; len(shorter) >= shortestTypo && s.known[shorter] > 0 {
			return shorter
		}
	}
	return ""
}

func onlyLetters(word string) bool {
	for i := range len(word) {
		if !isLetter(word[i]) {
			return false
		}
	}
	return true
}
