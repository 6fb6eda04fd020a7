"""Whole documents, as long as real ones: (kind, number as printed, what is asked)."""

from __future__ import annotations

from tests.text.questions.case import Case

WHOLE = (
    Case("a biology test", """
        Green Valley School
        Biology Test, Unit 3
        Name: ______________________   Class: ______
        Time allowed: 45 minutes   Total: 30 marks
        Instructions
        Use a blue or black pen. Answer in full sentences where you can.
        Section A
        Circle the letter of the correct answer. (1 mark each)
        1. Which part of the cell contains the DNA?
        A. membrane
        B. nucleus
        C. cytoplasm
        D. wall
        2. Plants take in carbon dioxide through tiny holes called
        A. roots   B. stomata   C. petals   D. veins
        3. What gas do plants release during photosynthesis?
        A) nitrogen B) oxygen C) helium D) methane
        Section B
        Fill in the missing words.
        4. The human heart has ______ chambers.
        5. Blood is pumped to the lungs by the ____________ side of the heart.
        Section C
        6. Explain how the lungs are adapted for the exchange of gases. (4 marks)
        7. A pupil counts her pulse before and after a race.
        (a) State what happens to her pulse during the race. (1 mark)
        (b) Suggest why her breathing becomes deeper. (2 marks)
        (c) Her pulse is 72 beats per minute. How many times does her heart beat in
        one hour? Show your working. (2 marks)
        8. Compare arteries and veins.
        Give two differences. (4 marks)
        End of test
        """, (
        ("choice", "1.", "Which part of the cell contains the DNA? A. membrane; B. nucleus; C. cytoplasm; D. wall"),
        ("choice", "2.", (
            "Plants take in carbon dioxide through tiny holes called A. roots; B. stomata; C. petals; D. "
            "veins"
        )),
        ("choice", "3.", (
            "What gas do plants release during photosynthesis? A. nitrogen; B. oxygen; C. helium; D. methane"
        )),
        ("blank", "4.", "Fill in the blank: The human heart has ____ chambers."),
        ("blank", "5.", "Fill in the blank: Blood is pumped to the lungs by the ____ side of the heart."),
        ("task", "6.", "Explain how the lungs are adapted for the exchange of gases."),
        ("task", "(a)", (
            "A pupil counts her pulse before and after a race. State what happens to her pulse during the "
            "race."
        )),
        ("task", "(b)", (
            "A pupil counts her pulse before and after a race. Suggest why her breathing becomes deeper."
        )),
        ("question", "(c)", (
            "A pupil counts her pulse before and after a race. Her pulse is 72 beats per minute. How many "
            "times does her heart beat in one hour? Show your working."
        )),
        ("task", "8.", "Compare arteries and veins. Give two differences."),
    )),
    Case("a mathematics worksheet", """
        Homework: Fractions and Percentages
        Due on Thursday
        1) Work out:
        a) 1/2 + 1/4   b) 3/5 - 1/10   c) 2/3 of 60
        2) Convert 0.35 to a percentage.
        3) Round 3.14159 to two decimal places.
        4) A jacket costs $80. In the sale it is 25% cheaper. What is the sale price?
        5) Ben has read 3/8 of a book with 240 pages. How many pages has he still to read?
        6) Put these numbers in order, smallest first: 0.4, 1/3, 38%
        7) 15% of 200 = ______
        Challenge: Two trains leave at the same time. Which one arrives first?
        """, (
        ("task", "a)", "Work out: 1/2 + 1/4"),
        ("task", "b)", "Work out: 3/5 - 1/10"),
        ("task", "c)", "Work out: 2/3 of 60"),
        ("task", "2)", "Convert 0.35 to a percentage."),
        ("task", "3)", "Round 3.14159 to two decimal places."),
        ("question", "4)", "A jacket costs $80. In the sale it is 25% cheaper. What is the sale price?"),
        ("question", "5)", "Ben has read 3/8 of a book with 240 pages. How many pages has he still to read?"),
        ("task", "6)", "Put these numbers in order, smallest first: 0.4, 1/3, 38%"),
        ("blank", "7)", "What is 15% of 200?"),
        ("question", "", "Which one arrives first?"),
    )),
    Case("a reading exercise", """
        Reading Comprehension
        Read the text and answer the questions.
        The Lighthouse
        Old Martin had lived in the lighthouse for forty years. Every evening he climbed
        the ninety steps and lit the lamp. "Who will do it when I am gone?" he often
        asked himself. One stormy night in March the lamp went out.
        1. How long had Martin lived in the lighthouse?
        2. How many steps did he climb?
        3. What happened in March?
        4. Find a word in the text that means "very windy".
        5. Do you think that Martin was lonely? Why or why not?
        """, (
        ("question", "1.", "How long had Martin lived in the lighthouse?"),
        ("question", "2.", "How many steps did he climb?"),
        ("question", "3.", "What happened in March?"),
        ("task", "4.", 'Find a word in the text that means "very windy".'),
        ("question", "5.", "Do you think that Martin was lonely? Why or why not?"),
    )),
    Case("an e-mail to a landlord", """
        From: Priya Nair <priya@example.com>
        To: office@rowan-house.example
        Date: October 14, 2026
        Subject: Heating repair - which day?

        Dear Ms. Baker,

        Thank you for your letter of October 12. I work on Thursdays, so I have some
        questions about the repair:

        1. Could the engineer come on Friday instead?
        2. Will I need to move the furniture?
        3. How long will the water be off?

        Also, is there a discount on the rent for the week without heating, and when
        would it be paid? Please tell me who I should call if nobody comes.

        Please find my phone number below. If anything is unclear, call me.

        Kind regards
        Priya Nair
        555-0181
        """, (
        ("question", "1.", "Could the engineer come on Friday instead?"),
        ("question", "2.", "Will I need to move the furniture?"),
        ("question", "3.", "How long will the water be off?"),
        ("question", "", (
            "Also, is there a discount on the rent for the week without heating, and when would it be paid?"
        )),
        ("question", "", "Please tell me who I should call if nobody comes."),
    )),
    Case("a patient's form", """
        Harbor Street Clinic
        New patient form
        Full name: ____________________   Date of birth: __________
        Address: ____________________
        1. Do you smoke?   [ ] Yes   [ ] No
        2. Are you taking any medicine? If yes, please list it: ____________________
        3. When did you last see a doctor? __________
        4. Have you ever had surgery?   Yes / No
        Please describe your symptoms:
        ______________________________
        I agree that my data are stored.
        Signature ______________   Date __________
        """, (
        ("choice", "1.", "Do you smoke? Yes; No"),
        ("question", "2.", "Are you taking any medicine? If yes, please list it:"),
        ("question", "3.", "When did you last see a doctor?"),
        ("choice", "4.", "Have you ever had surgery? Yes; No"),
        ("task", "", "Please describe your symptoms:"),
    )),
    Case("a repair bill", """
        Quick Fix Auto Repair
        Repair bill no. 5512
        Customer: Helen Ross
        Item   Parts   Labour   Total
        1. Brake pads   $80.00   $60.00   $140.00
        2. Oil change   $35.00   $20.00   $55.00
        3. Check of the lights   $0.00   $15.00   $15.00
        Total   $210.00
        Payment is due within 14 days. Late payments are charged at 2%.
        Questions about this bill? Please call 555-0144.
        """, ()),
    Case("a clinic letter", """
        Dear Mr. Hall,
        following your visit on May 3, please note the plan we agreed on:
        1. Take one tablet in the morning, unless you feel dizzy.
        2. Measure your blood pressure twice a day.
        3. Do not drive for two days after the test.
        4. Write down what you eat.
        If you do not know what to do, ask the nurse. Tell us when you move house.
        """, ()),
    Case("frequently asked questions", """
        Frequently asked questions
        How do I renew my library card?
        You can renew it at the desk or online. Bring your old card.
        What happens if I lose a book?
        You pay for a new copy.
        Can I borrow films?
        Yes, up to five at a time.
        """, (
        ("question", "", "How do I renew my library card?"),
        ("question", "", "What happens if I lose a book?"),
        ("question", "", "Can I borrow films?"),
    )),
    Case("a Chinese exam", """
        希望小学四年级语文期末测试卷
        班级________   姓名________   得分________
        （时间：60分钟   满分：100分）
        一、看拼音写词语。（10分）
        二、选择正确答案的序号填在括号里。（每题3分，共9分）
        1. 下列词语中没有错别字的一项是（　　）。
        A. 急忙   B. 即忙   C. 极忙
        2. “春风又绿江南岸”中的“绿”是什么意思？（　　）
        A. 绿色   B. 吹绿   C. 草地
        3. 《静夜思》的作者是（　　）
        A. 李白 B. 杜甫 C. 白居易
        三、判断题。对的打“√”，错的打“×”。
        1. 《西游记》的作者是吴承恩。（　　）
        2. “红彤彤”是形容颜色的词。（　　）
        四、按要求写句子。
        1. 把“他把门关上了。”改成被字句。
        2. 用“因为……所以……”造句。
        五、阅读短文，回答问题。
        小明每天早上六点起床，先跑步，再读书。他说：“为什么不早点起来呢？”
        1. 小明几点起床？
        2. 他起床后先做什么？
        3. 你从小明身上学到了什么？请写出两点。
        六、习作（30分）
        请以“难忘的一天”为题写一篇作文，不少于350字。
        """, (
        ("choice", "1.", "下列词语中没有错别字的一项是 ____。A. 急忙；B. 即忙；C. 极忙"),
        ("choice", "2.", "“春风又绿江南岸”中的“绿”是什么意思？A. 绿色；B. 吹绿；C. 草地"),
        ("choice", "3.", "《静夜思》的作者是 ____ A. 李白；B. 杜甫；C. 白居易"),
        ("true_false", "1.", "判断对错：《西游记》的作者是吴承恩。"),
        ("true_false", "2.", "判断对错：“红彤彤”是形容颜色的词。"),
        ("task", "1.", "把“他把门关上了。”改成被字句。"),
        ("task", "2.", "用“因为……所以……”造句。"),
        ("question", "1.", "小明几点起床？"),
        ("question", "2.", "他起床后先做什么？"),
        ("question", "3.", "你从小明身上学到了什么？请写出两点。"),
        ("task", "", "请以“难忘的一天”为题写一篇作文，不少于350字。"),
    )),
    Case("a Chinese mathematics sheet", """
        三年级数学练习
        一、直接写出得数。
        1. 25×4=   2. 63÷9=   3. 100-37=
        二、填空。
        1. 1米=（　　）厘米。
        2. 一个星期有（　　）天。
        三、解决问题。
        1. 一个笼子里有鸡和兔共8只，脚有22只。鸡和兔各有多少只？
        2. 学校买了6箱苹果，每箱18个。
        （1）一共有多少个苹果？
        （2）平均分给9个班，每班分到几个？
        3. 用竖式计算：345+278
        """, (
        ("blank", "1.", "What is 25×4?"),
        ("blank", "2.", "What is 63÷9?"),
        ("blank", "3.", "What is 100-37?"),
        ("blank", "1.", "填空：1米= ____ 厘米。"),
        ("blank", "2.", "填空：一个星期有 ____ 天。"),
        ("question", "1.", "一个笼子里有鸡和兔共8只，脚有22只。鸡和兔各有多少只？"),
        ("question", "（1）", "学校买了6箱苹果，每箱18个。一共有多少个苹果？"),
        ("question", "（2）", "学校买了6箱苹果，每箱18个。平均分给9个班，每班分到几个？"),
        ("task", "3.", "用竖式计算：345+278"),
    )),
    Case("a Chinese e-mail", """
        发件人：陈静
        收件人：客服中心
        主题：关于订单的问题
        您好：
        我上周订购的台灯（订单号8812）还没有收到。请问：
        1. 什么时候可以发货？
        2. 能不能改送到公司？
        另外，麻烦您确认一下发票是否已经开好。如果方便的话，请打电话给我。
        谢谢！
        """, (
        ("question", "1.", "什么时候可以发货？"),
        ("question", "2.", "能不能改送到公司？"),
        ("question", "", "另外，麻烦您确认一下发票是否已经开好。"),
    )),
    Case("a Chinese receipt and rules", """
        好又多超市
        小票号：20261105
        1. 牛奶   12.00
        2. 面包   8.50
        合计：20.50
        温馨提示：
        1、商品如有质量问题，请在七天内凭小票退换。
        2、请说明退货原因。
        3、特价商品不退不换。
        有疑问？请拨打555-0190。
        """, ()),
)  # fmt: skip
