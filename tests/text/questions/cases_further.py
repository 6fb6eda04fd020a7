"""Documents of further kinds, as long as real ones: (kind, number as printed, what is asked)."""

from __future__ import annotations

from tests.text.questions.case import Case

FURTHER = (
    Case("a physics exam", """
        PHYSICS 101 - Midterm Examination
        Instructor: Dr. Okafor            Date: 14 March 2026
        Student ID: ________
        INSTRUCTIONS: Attempt all problems. No books or notes are permitted.
        Problem 1 [10 points]
        A car of mass 1200 kg accelerates from rest to 20 m/s in 8 s.
        a. Find the acceleration.
        b. What net force acts on the car?
        c. How far does it travel?
        Problem 2 [15 points]
        State Newton's second law and give one everyday example.
        Problem 3 [5 points]
        Which of the following is a vector quantity?
        (A) mass   (B) speed   (C) velocity   (D) energy
        Problem 4
        The SI unit of force is the ____________.
        """, (
        ("task", "a.", "A car of mass 1200 kg accelerates from rest to 20 m/s in 8 s. Find the acceleration."),
        ("question", "b.", (
            "A car of mass 1200 kg accelerates from rest "
            "to 20 m/s in 8 s. What net force acts on the car?"
        )),
        ("question", "c.", "A car of mass 1200 kg accelerates from rest to 20 m/s in 8 s. How far does it travel?"),
        ("task", "Problem 2", "State Newton's second law and give one everyday example."),
        ("choice", "Problem 3", (
            "Which of the following is a vector "
            "quantity? A. mass; B. speed; C. velocity; D. energy"
        )),
        ("blank", "Problem 4", "Fill in the blank: The SI unit of force is the ____."),
    )),
    Case("a customer survey", """
        Thank you for staying with us!
        Please take two minutes to answer these questions.
        1. How did you book your room?
        [ ] Online [ ] By phone [ ] At the desk
        2. How clean was your room? (1 = dirty, 5 = very clean) ____
        3. Was the staff friendly?  Yes / No
        4. What did you like best?
        ..............................................
        5. Any other comments: ..............................
        Room number: ______ Date of stay: ______
        """, (
        ("choice", "1.", "How did you book your room? Online; By phone; At the desk"),
        ("question", "2.", "How clean was your room? (1 = dirty, 5 = very clean)"),
        ("choice", "3.", "Was the staff friendly? Yes; No"),
        ("question", "4.", "What did you like best?"),
    )),
    Case("a job application e-mail", """
        Hi Sam,
        Great to meet you yesterday! Before we make an offer, a few things:
        - When could you start?
        - What salary do you expect?
        - Do you need a visa?
        Also, send over your references when you get a chance. Do you happen to
        know if Maria is still looking for work? If not, no worries.
        Cheers,
        Lee
        """, (
        ("question", "", "When could you start?"),
        ("question", "", "What salary do you expect?"),
        ("question", "", "Do you need a visa?"),
        ("question", "", "Do you happen to know if Maria is still looking for work?"),
    )),
    Case("a grammar exercise", """
        Unit 7 Exercises
        Exercise 1. Put the verbs in brackets into the past tense.
        1. Yesterday she ______ (go) to school.
        2. They ______ (not see) the film.
        Exercise 2. Translate into French.
        1. I am hungry.
        2. Where is the station?
        Exercise 3. Write five sentences about your family.
        """, (
        ("blank", "1.", (
            "Fill in the blank: Put the verbs in brackets into "
            "the past tense. Yesterday she ____ (go) to school."
        )),
        ("blank", "2.", (
            "Fill in the blank: Put the verbs in brackets "
            "into the past tense. They ____ (not see) the film."
        )),
        ("task", "1.", "Translate into French. I am hungry."),
        ("question", "2.", "Translate into French. Where is the station?"),
        ("task", "Exercise 3.", "Write five sentences about your family."),
    )),
    Case("a house rules", """
        House rules
        1. Quiet hours are from 22:00 to 7:00.
        2. Do not leave bicycles in the hallway.
        3. Report damage to the office.
        4. Where possible, use the stairs.
        5. Name plates are provided by the office.
        """, (
    )),
    Case("a Chinese physics test", """
        八年级物理单元测试
        姓名 ______ 班级 ______
        一、填空题（每空1分，共10分）
        1．声音在______中传播最快，在______中不能传播。
        2．光在真空中的速度是______米每秒。
        二、选择题
        3．下列现象中属于光的反射的是（  ）
        A．影子   B．照镜子   C．彩虹
        4．关于声音，下列说法正确的是（  ）
        A．声音可以在真空中传播
        B．音调由频率决定
        C．响度由频率决定
        三、计算题
        5．一辆汽车以20m/s的速度行驶了5min，求它行驶的路程。
        四、实验题
        6．小明用温度计测量水温。
        （1）温度计的原理是什么？
        （2）读数时视线应______。
        五、简答题
        7．为什么夏天从冰箱拿出的饮料瓶外壁会“出汗”？请用物态变化的知识解释。
        """, (
        ("blank", "1．", "填空：声音在 ____ 中传播最快，在 ____ 中不能传播。"),
        ("blank", "2．", "填空：光在真空中的速度是 ____ 米每秒。"),
        ("choice", "3．", "下列现象中属于光的反射的是 ____ A. 影子；B. 照镜子；C. 彩虹"),
        ("choice", "4．", (
            "关于声音，下列说法正确的是 ____ A. "
            "声音可以在真空中传播；B. 音调由频率决定；C. 响度由频率决定"
        )),
        ("task", "5．", "一辆汽车以20m/s的速度行驶了5min，求它行驶的路程。"),
        ("question", "（1）", "小明用温度计测量水温。温度计的原理是什么？"),
        ("blank", "（2）", "填空：小明用温度计测量水温。读数时视线应 ____。"),
        ("question", "7．", "为什么夏天从冰箱拿出的饮料瓶外壁会“出汗”？请用物态变化的知识解释。"),
    )),
    Case("a Chinese survey", """
        顾客满意度调查
        感谢您抽出时间填写本问卷。
        1. 您的年龄是？
        □18岁以下 □18-30岁 □30岁以上
        2. 您对服务是否满意？ □满意 □一般 □不满意
        3. 您还有哪些建议？
        ____________________
        联系电话：________
        """, (
        ("choice", "1.", "您的年龄是？18岁以下；18-30岁；30岁以上"),
        ("choice", "2.", "您对服务是否满意？满意；一般；不满意"),
        ("question", "3.", "您还有哪些建议？"),
    )),
    Case("a Chinese notice with numbers", """
        关于家长会的通知
        尊敬的家长：
        兹定于12月5日下午2点召开家长会，请准时参加。
        一、会议内容：介绍本学期教学情况。
        二、请将手机调成静音。
        三、如何到校：可乘3路公交车。
        有什么问题请联系班主任。
        """, (
    )),
)  # fmt: skip
