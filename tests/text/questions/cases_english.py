"""English documents and the questions in them: (kind, number as printed, what is asked)."""

from __future__ import annotations

from tests.text.questions.case import Case

ENGLISH = (
    Case("a worksheet with its head", """
        Worksheet 4: Numbers and Time
        Teacher: Ms. Laura Davis
        Points: 24
        Answer all questions. You may not use a calculator.
        1. What is 17 times 23?
        2. A train leaves at 9:40 and arrives at 11:15. How long is the trip?
        3. Write the number four thousand and twelve in digits.
        Example: What is 6 times 7? Answer: 42
        Each correct answer gives 4 points.
        """, (
        ("question", "1.", "What is 17 times 23?"),
        ("question", "2.", "A train leaves at 9:40 and arrives at 11:15. How long is the trip?"),
        ("task", "3.", "Write the number four thousand and twelve in digits."),
    )),
    Case("numbers with brackets", "1) Who wrote Hamlet?\n2) When was it written?", (
        ("question", "1)", "Who wrote Hamlet?"), ("question", "2)", "When was it written?"),
    )),
    Case("numbers in brackets", "(1) What is a noun?\n(2) What is a verb?", (
        ("question", "(1)", "What is a noun?"), ("question", "(2)", "What is a verb?"),
    )),
    Case("letters in brackets", "(a) What is a noun?\n(b) What is a verb?", (
        ("question", "(a)", "What is a noun?"), ("question", "(b)", "What is a verb?"),
    )),
    Case("Q and a number", "Q1 Explain why ice floats.\nQ2. What melts at zero degrees?", (
        ("task", "Q1", "Explain why ice floats."), ("question", "Q2.", "What melts at zero degrees?"),
    )),
    Case("the word question", "Question 1\nWhat causes the tides?\nQuestion 2\nDescribe the phases of the moon.", (
        ("question", "Question 1", "What causes the tides?"),
        ("task", "Question 2", "Describe the phases of the moon."),
    )),
    Case("roman numbers", "i) What is a prime?\nii) Is nine a prime?", (
        ("question", "i)", "What is a prime?"), ("question", "ii)", "Is nine a prime?"),
    )),
    Case("numbers alone", "Science test\n1 What is the boiling point of water?\n2 Explain how a kettle works.", (
        ("question", "1", "What is the boiling point of water?"), ("task", "2", "Explain how a kettle works."),
    )),
    Case("no question mark", "1. What is the capital of France\n2. How many legs has a spider\n3. Is a whale a fish", (
        ("question", "1.", "What is the capital of France"),
        ("question", "2.", "How many legs has a spider"),
        ("question", "3.", "Is a whale a fish"),
    )),
    Case("question sentences in a letter", """
        Dear Ms. Porter,
        thank you for the parcel. It arrived on Monday.
        When will you send the missing lamp? Could you
        also tell me the price of the shade?
        I hope that you are well.
        """, (
        ("question", "", "When will you send the missing lamp?"),
        ("question", "", "Could you also tell me the price of the shade?"),
    )),
    Case("indirect questions in an e-mail", """
        From: Ann Lee
        Subject: What about Friday?
        Hello Tom,
        please let me know whether the room is free on Friday.
        I would like to know how much the hall costs.
        Let me know if you have any questions.
        Best wishes, Ann
        """, (
        ("question", "", "please let me know whether the room is free on Friday."),
        ("question", "", "I would like to know how much the hall costs."),
    )),
    Case("a quoted mail", "> Did you get my letter?\n> Are you coming on Sunday?", (
        ("question", "", "Did you get my letter?"), ("question", "", "Are you coming on Sunday?"),
    )),
    Case("tasks without a number", "Explain why leaves are green.\nCalculate the area of the square.", (
        ("task", "", "Explain why leaves are green."), ("task", "", "Calculate the area of the square."),
    )),
    Case("a task behind what is given", """
        4. If x = 3, find the value of 2x + 1.
        5. Using the graph, estimate the speed.
        """, (
        ("task", "4.", "If x = 3, find the value of 2x + 1."),
        ("task", "5.", "Using the graph, estimate the speed."),
    )),
    Case("counted things", "History quiz\n1. Name three causes of the war.\n2. List two rivers in Spain.", (
        ("task", "1.", "Name three causes of the war."), ("task", "2.", "List two rivers in Spain."),
    )),
    Case("gaps", "1. The capital of Italy is ______.\n2. Water ____ at 100 degrees.", (
        ("blank", "1.", "Fill in the blank: The capital of Italy is ____."),
        ("blank", "2.", "Fill in the blank: Water ____ at 100 degrees."),
    )),
    Case("gaps in brackets and dots", "1. A triangle has (   ) sides.\n2. The sun rises in the ........ .", (
        ("blank", "1.", "Fill in the blank: A triangle has ____ sides."),
        ("blank", "2.", "Fill in the blank: The sun rises in the ____."),
    )),
    Case("a gap without a number", "The largest planet is ________.", (
        ("blank", "", "Fill in the blank: The largest planet is ____."),
    )),
    Case("sums", "1. 12 + 30 = ____\n2. 144 / 12 =\n3. 7 x 8 = ?", (
        ("blank", "1.", "What is 12 + 30?"), ("blank", "2.", "What is 144 / 12?"), ("blank", "3.", "What is 7 x 8?"),
    )),
    Case("sums beside each other", "1. 3 + 4 =   2. 5 + 6 =   3. 9 - 2 =", (
        ("blank", "1.", "What is 3 + 4?"), ("blank", "2.", "What is 5 + 6?"), ("blank", "3.", "What is 9 - 2?"),
    )),
    Case("choices below each other", "1. Which is a mammal?\nA. shark\nB. whale\nC. trout\nD. frog\n2. What is ice?", (
        ("choice", "1.", "Which is a mammal? A. shark; B. whale; C. trout; D. frog"),
        ("question", "2.", "What is ice?"),
    )),
    Case("choices on a line", "3. Which number is even?\nA) 3 B) 5 C) 8 D) 9\n4. What is five squared?", (
        ("choice", "3.", "Which number is even? A. 3; B. 5; C. 8; D. 9"), ("question", "4.", "What is five squared?"),
    )),
    Case("choices on two lines", "1. Which is red?\nA. grass   B. blood\nC. snow   D. coal", (
        ("choice", "1.", "Which is red? A. grass; B. blood; C. snow; D. coal"),
    )),
    Case("choices behind an open sentence", "1. The sun is a\nA. planet\nB. star\nC. moon", (
        ("choice", "1.", "The sun is a A. planet; B. star; C. moon"),
    )),
    Case("small letters as choices", "1. What is the capital of Spain?\na) Madrid\nb) Lisbon\nc) Rome", (
        ("choice", "1.", "What is the capital of Spain? a. Madrid; b. Lisbon; c. Rome"),
    )),
    Case("choices without a number", "Which bird cannot fly?\nA. eagle\nB. penguin\nC. owl", (
        ("choice", "", "Which bird cannot fly? A. eagle; B. penguin; C. owl"),
    )),
    Case("boxes to tick", "Do you have any allergies? [ ] Yes [ ] No\nHow did you hear of us? ☐ Web ☐ Friend ☐ Radio", (
        ("choice", "", "Do you have any allergies? Yes; No"),
        ("choice", "", "How did you hear of us? Web; Friend; Radio"),
    )),
    Case("yes and no", "Are you a member of the club?   Yes / No", (
        ("choice", "", "Are you a member of the club? Yes; No"),
    )),
    Case("parts below a stem", """
        1. A shop sells pens at $2 each.
        (a) How much do three pens cost?
        (b) How many pens can you buy for $10?
        2. What is a dozen?
        """, (
        ("question", "(a)", "A shop sells pens at $2 each. How much do three pens cost?"),
        ("question", "(b)", "A shop sells pens at $2 each. How many pens can you buy for $10?"),
        ("question", "2.", "What is a dozen?"),
    )),
    Case("parts that a task is for", "2. Define the following terms:\na) osmosis\nb) diffusion", (
        ("task", "a)", "Define the following terms: osmosis"), ("task", "b)", "Define the following terms: diffusion"),
    )),
    Case("parts on one line", "3. Simplify: (a) 2x + 3x (b) 4y - y", (
        ("task", "(a)", "Simplify: 2x + 3x"), ("task", "(b)", "Simplify: 4y - y"),
    )),
    Case("parts of parts", """
        1. Look at the map.
        (a) Towns
        (i) Which town lies north?
        (ii) Which town lies south?
        (b) What is the scale?
        """, (
        ("question", "(i)", "Look at the map. Towns Which town lies north?"),
        ("question", "(ii)", "Look at the map. Towns Which town lies south?"),
        ("question", "(b)", "Look at the map. What is the scale?"),
    )),
    Case("decimal numbers", "1. Forces\n1.1 What is weight?\n1.2 Explain what friction does.", (
        ("question", "1.1", "Forces What is weight?"), ("task", "1.2", "Forces Explain what friction does."),
    )),
    Case("points", """
        1. What is gravity? (5 marks)
        2. Define mass. [3]
        3. Why do planes fly? (2 pts)
        4. What is a volt? 4 points
        """, (
        ("question", "1.", "What is gravity?"), ("task", "2.", "Define mass."),
        ("question", "3.", "Why do planes fly?"), ("question", "4.", "What is a volt?"),
    )),
    Case("a question over two lines", """
        1. Which of the two brothers was the first to fly an
        aeroplane with an engine?
        2. Where was it?
        """, (
        ("question", "1.", "Which of the two brothers was the first to fly an aeroplane with an engine?"),
        ("question", "2.", "Where was it?"),
    )),
    Case("what belongs to a question", "1. Is glass a liquid? Give a reason.\n2. Who was Nero?\nGive two facts.", (
        ("question", "1.", "Is glass a liquid? Give a reason."), ("question", "2.", "Who was Nero? Give two facts."),
    )),
    Case("room for answers", """
        1. What is an atom?
        ______________
        ______________
        2. What is an ion?
        Answer: ________
        """, (
        ("question", "1.", "What is an atom?"), ("question", "2.", "What is an ion?"),
    )),
    Case("true or false", "True or false?\n1. Bats are blind.\n2. Ice is lighter than water.", (
        ("true_false", "1.", "True or false: Bats are blind."),
        ("true_false", "2.", "True or false: Ice is lighter than water."),
    )),
    Case("true and false behind a statement", "1. Spiders are insects. T / F\n2. Gold is a metal. True / False", (
        ("true_false", "1.", "True or false: Spiders are insects."),
        ("true_false", "2.", "True or false: Gold is a metal."),
    )),
    Case("sections with letters", """
        A. Fill in the blanks.
        1. A dog has ____ legs.
        2. A week has ____ days.
        B. Answer the questions.
        1. Who are you?
        2. Where do you live?
        """, (
        ("blank", "1.", "Fill in the blank: A dog has ____ legs."),
        ("blank", "2.", "Fill in the blank: A week has ____ days."),
        ("question", "1.", "Who are you?"),
        ("question", "2.", "Where do you live?"),
    )),
    Case("instructions are none", """
        English exam
        Name: ____________ Date: ____________
        Read all questions carefully. Write your name on every page.
        Part A: Multiple choice (10 marks)
        Choose the correct answer.
        1. Which word is a verb? A. run B. red C. under
        Turn over.
        Good luck!
        """, (
        ("choice", "1.", "Which word is a verb? A. run; B. red; C. under"),
    )),
    Case("a numbered contract", """
        Rental agreement
        1. The tenant pays $900 on the first day of each month.
        2. Pets are allowed only with the landlord's permission.
        3. The deposit is returned within 30 days unless there is damage.
        Signature ____________ Date ____________
        """, ()),
    Case("a recipe", """
        Steps
        Step 1: Heat the oven.
        2. Add the eggs and mix slowly.
        3. Draw a cross on the dough.
        """, ()),
    Case("a form", "First name: Nathan\nDate of birth: ________\nPhone: 555-0118\nSignature: ________", ()),
    Case("an advertisement", """
        Any questions? Call us at 555-0100.
        Need help? Why not visit our shop?
        How to find us
        What we do
        """, ()),
    Case("somebody who speaks in a story", '"Where are you going?" asked Tom.\n“Why not?”\nShe did not know why.', ()),
    Case("a task for all items of a group", "Solve the following equations:\n1. 2x + 3 = 7\n2. 5y = 20", (
        ("task", "1.", "Solve the following equations: 2x + 3 = 7"),
        ("task", "2.", "Solve the following equations: 5y = 20"),
    )),
    Case("a gap that reading lost", """
        Geography quiz
        1. The capital of Egypt is
        2. Paris lies on the river   in France.
        3. The longest river is .
        """, (
        ("blank", "1.", "Fill in the blank: The capital of Egypt is ____"),
        ("blank", "2.", "Fill in the blank: Paris lies on the river ____ in France."),
        ("blank", "3.", "Fill in the blank: The longest river is ____."),
    )),
    Case("questions and answers", "Q: What are your hours?\nA: We open at nine.\nQ: Do you sell maps?\nA: Yes.", (
        ("question", "Q:", "What are your hours?"), ("question", "Q:", "Do you sell maps?"),
    )),
    Case("bullets", "• What is the fee?\n• Bring a towel.\n- Where do we meet?", (
        ("question", "", "What is the fee?"), ("question", "", "Where do we meet?"),
    )),
)  # fmt: skip
