package draft

import (
	"math"
	"strings"
	"unicode"
)

// measure sets the grade of a document for the patient.
func (d *Document) measure() {
	if d.forPatient {
		d.Grade = gradeOf(*d)
	}
}

// gradeOf measures the sentences of a document that are not blanks by the grade level of Kincaid,
// Fishburne, Rogers and Chissom (1975): 0.39 words a sentence + 11.8 syllables a word - 15.59. One
// decimal, not below 0.
func gradeOf(d Document) *float64 {
	words, sentences, syllables := 0, 0, 0
	for _, s := range d.Sections {
		for _, l := range s.Lines {
			text := openBlank.ReplaceAllString(l.Text, "")
			if l.Blank || strings.TrimSpace(text) == "" {
				continue
			}
			for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
				words++
				syllables += syllablesOf(word)
			}
			sentences += max(1, strings.Count(text, ". ")+strings.Count(text, "? ")+1)
		}
	}
	if words == 0 {
		return nil
	}
	grade := 0.39*float64(words)/float64(sentences) + 11.8*float64(syllables)/float64(words) - 15.59
	grade = max(0, math.Round(grade*10)/10)
	return &grade
}

// syllablesOf counts groups of vowels, without a silent e at the end; every word has one at least.
func syllablesOf(word string) int {
	word = strings.ToLower(strings.Trim(word, "'"))
	count, before := 0, false
	for _, r := range word {
		vowel := strings.ContainsRune("aeiouy", r)
		if vowel && !before {
			count++
		}
		before = vowel
	}
	if strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "le") && count > 1 {
		count--
	}
	return max(1, count)
}
