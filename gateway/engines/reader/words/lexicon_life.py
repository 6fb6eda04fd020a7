"""The lexicon's words of health, school, food, goods, clothing, weather and doing. Pure data; see `lexicon`."""

from __future__ import annotations

LIFE = """
doctor,dr,md,physician,gp/医生,大夫,医师; nurse/护士; dentist/牙医; surgeon/外科医生
specialist,consultant/专家,专科医生; dietitian,dietician,nutritionist/营养师; pharmacist/药师,药剂师,配药,审方药师
optician/验光师,配镜师; therapist/治疗师; patient/病人,患者; clinic,practice,surgery/诊所,门诊
department,ward/科室,病房; pharmacy,chemist/药店,药房; appointment,visit/预约,就诊,看诊,看病,门诊; appointment/挂号
visit,appointment/看诊,就诊; follow-up,follow-up visit/复诊,复查; repeat,repeat test/复查; consultation/会诊,咨询
examination,exam,test/检查,体检; physical,checkup,check-up/体检; blood test,blood sample,blood/抽血,验血,血检,血样
blood/血,血液; taken,drawn/抽; time allowed,time/做题时间,答题时间,考试时间; urine/尿; x-ray/x光; ultrasound/超声,b超
scan,mri/扫描,核磁; test results,results/检查结果,化验结果,检验结果,结果; reference range,range/参考范围,正常范围
normal/正常; high/偏高,高; low/偏低,低; blood pressure/血压; blood sugar,glucose/血糖; fasting glucose/空腹血糖
cholesterol/胆固醇; total cholesterol/总胆固醇; triglycerides/甘油三酯; hemoglobin,haemoglobin/血红蛋白
thyroid/甲状腺; vitamin/维生素; vitamin d/维生素d; diabetes/糖尿病; pulse,heart rate/心率,脉搏; temperature/体温,温度
fever/发烧,发热,退烧; cold/感冒; cough/咳嗽; flu/流感; pain/疼,痛,疼痛; headache/头痛,头疼; allergy,allergic/过敏
infection/感染; inflammation/炎症; nausea/恶心; dizzy/头晕; car sick,carsick,travel sick/晕车; symptom,symptoms/症状
disease,illness,sick,ill/病,疾病,生病; diagnosis/诊断; treatment/治疗; operation,surgery/手术
anaesthetic,anesthetic/麻醉; injection/注射,打针; vaccination,vaccine/疫苗,接种; wound/伤口
bandage,dressing/绷带,敷料; medicine,medication,drug/药,药品,药物; tablet,tablets/药片,片; capsule,capsules/胶囊,粒
drops,eye drops/眼药水,滴眼液; ointment,cream/药膏,软膏; syrup,oral solution,liquid/口服液,口服溶液,糖浆; pill/药丸
dose,dosage/剂量,用量; prescription/处方; side effects/副作用; take,taken,swallow/服用,吃,服,口服
once a day/一日一次,每天一次; three times a day/一日三次; before meals/饭前; after meals/饭后
bedtime,at bedtime,before bed/睡前; fasting,empty stomach/空腹; antibiotic/抗生素; painkiller/止痛药; ibuprofen/布洛芬
amoxicillin/阿莫西林; loratadine/氯雷他定; aspirin/阿司匹林; paracetamol,acetaminophen/对乙酰氨基酚; insulin/胰岛素
liquorice,licorice/甘草; mask,face mask,masks/口罩; thermometer/体温计,温度计; eye,eyes/眼,眼睛; ear/耳朵,耳
nose/鼻子; mouth/嘴; tooth,teeth/牙,牙齿; throat/喉咙; head/头; neck/脖子; shoulder/肩; arm/手臂; hand/手; finger/手指
back/背; chest/胸; stomach/胃,肚子; heart/心脏; lung/肺; liver/肝; kidney/肾; leg/腿; knee/膝盖; ankle/脚踝
foot,feet/脚; skin/皮肤; bone/骨; eye pressure,pressure/眼压; visual field test,visual field/视野检查,视野
glasses/眼镜; contact lenses,contact lens/隐形眼镜; hearing aid/助听器; crutches/拐杖
eat,food,eating/吃东西,进食,吃,饮食; drink/喝,饮用; diet/饮食; exercise/锻炼,运动; walk/散步,走路; nurse line/护士热线
no-show fee/爽约费; waiting room/候诊室; health/健康; accompany,companion/陪同; blurred/模糊; pregnant/怀孕,孕妇
school/学校; primary school/小学; secondary school,high school/中学; kindergarten,nursery/幼儿园; class/班,班级
grade,year/年级; pupil,student,pupils/学生; teacher/老师,教师; class teacher,form teacher/班主任
principal,headteacher/校长; lesson,class/课; course/课程; subject/科目; mathematics,maths,math/数学; english/英语
chinese/语文,中文; science/科学; history/历史; geography/地理; art/美术; physical education/体育
homework/作业,家庭作业; worksheet,paper,sheet/卷子,试卷,练习,作业; result,test,tests/指标; test,exam/考试,测验
question,problem/题,题目; word problem/应用题,解决问题; answer/答案,回答; multiple choice,choose,circle/选择题
fill in the blanks,blank/填空题,填空; calculate,calculation/计算,口算; part,section/部分
marks,points,mark/分,分数,得分; full marks,total marks/满分; score,mark,grade/成绩,分数; pass,pass mark/及格
correct,right/正确,对; wrong,mistake/错; pencil/铅笔; pen/钢笔,笔,圆珠笔; ruler/尺子; eraser,rubber/橡皮
notebook/笔记本,本子; calculator,calculators/计算器; dictionary/词典,字典; book/书; textbook/课本,教材; story/故事
text/文章,课文; title/题目; sentence/句子; word/词,单词; opposite/反义词; picture/图,图片; page/页; term,semester/学期
school trip,trip,excursion,outing/研学,郊游,春游,秋游,研学活动; school bus/校车; school uniform,uniform/校服
lunch/午餐,午饭,中饭; breakfast/早餐,早饭; dinner,supper/晚餐,晚饭,夜宵; snack/零食; pocket money/零花钱
lunch box,packed lunch,own lunch/自带午餐; water bottle/水杯; raincoat/雨衣; umbrella/雨伞,伞; backpack,bag/背包,包
red scarf/红领巾; ask for leave,leave/请假; absent/缺席; parents' meeting/家长会; graduation/毕业; scholarship/奖学金
tuition,tuition fee/学费; perimeter/周长; angle/角; fraction/分数; lighthouse/灯塔; baker/面包师
fisherman,fishermen/渔民; dog/小狗; collar/项圈; steps/台阶; boat/船; apple tree,apple trees/苹果树; pear tree/梨树
milk/牛奶; box,boxes/盒,箱; food/食品,食物; fresh food,fresh/生鲜,新鲜; opened food/开封食品; opened/开封,拆封
rice/大米,米,米饭; noodles/面,面条; bread/面包; flour/面粉; egg,eggs/鸡蛋,蛋; milk/牛奶,纯牛奶; yoghurt,yogurt/酸奶
cheese/奶酪; butter/黄油; meat/肉; pork/猪肉,五花肉; pork belly/五花肉; beef/牛肉; lamb/羊肉; chicken/鸡肉; duck/鸭
fish/鱼; shrimp,prawns/虾; sausage/香肠; ham/火腿; tofu/豆腐; vegetable,vegetables/蔬菜,青菜
tomato,tomatoes/番茄,西红柿; potato,potatoes/土豆; carrot/胡萝卜; onion/洋葱; cucumber/黄瓜; cabbage/白菜
mushroom/蘑菇; corn/玉米; fruit/水果; apple,apples/苹果; banana,bananas/香蕉; orange,oranges/橙子; pear/梨
grape,grapes/葡萄; lemon/柠檬; watermelon/西瓜; strawberry,strawberries/草莓; peach/桃; sugar/糖,白糖; salt/盐
oil,cooking oil/油,食用油,花生油; peanut oil,oil/花生油; soy sauce/酱油; vinegar/醋; honey/蜂蜜; jam/果酱
chocolate/巧克力; cake/蛋糕; biscuit,cookie,biscuits/饼干; candy,sweets/糖果; coffee/咖啡; tea/茶; juice/果汁
water/水; drink,beverage/饮料; sweet drinks/甜饮料; beer/啤酒; wine/葡萄酒,红酒; ice cream/冰淇淋; soup/汤; salad/沙拉
dish/菜; main course/主菜; dessert/甜点; menu/菜单; table/桌,桌号; recipe/食谱,菜谱; ingredient/配料,原料
white bread/白面包; fried food/油炸食品; snack/点心; shopping bag,bag,plastic bag/购物袋,袋子,塑料袋,手提袋
tissue,tissues,paper tissues/抽纸,纸巾; toilet paper/卫生纸; soap/肥皂; shampoo/洗发水; toothpaste/牙膏
toothbrush/牙刷; detergent/洗衣液,洗衣粉; towel/毛巾; toy/玩具; gift,present/礼物; flower,flowers/花
plant,plants/植物; newspaper/报纸; magazine/杂志; phone case/手机壳; glass bottle,glass/玻璃瓶; glass/玻璃; paper/纸
wood,wooden/木,木头; metal/金属; iron/铁; steel/钢; gold/金; silver/银,银色; plastic/塑料; leather/皮革; cotton/棉
wool/羊毛; silk/丝绸; stone/石头; brick/砖; concrete,cement/水泥; paint/油漆; glue/胶水; red/红色,红; blue/蓝色,蓝
green/绿色,绿; yellow/黄色,黄; black/黑色,黑; white/白色,白; brown/棕色; grey,gray/灰色
clothes,clothing,wear/衣服,服装,着装; shirt/衬衫; trousers,pants/裤子; skirt/裙子; dress/连衣裙; coat,jacket/外套,大衣
suit/西装; hat,cap/帽子; shoes/鞋,鞋子; sports shoes,trainers/运动鞋; boots/靴子; socks/袜子; gloves/手套; scarf/围巾
wear,dress/穿,穿着; wash,washed/洗; iron,ironing/熨烫; dry cleaning/干洗; dry/干,晾; bleach/漂白; weather/天气
rain,raining,rains/雨,下雨; heavy rain,rains heavily,heavily,rainstorm/大雨,下大雨,暴雨; snow/雪,下雪; wind/风
sun,sunny/晴,太阳; cloud,cloudy/多云; fog/雾; hot/热; cold/冷; warning,weather warning/预警; typhoon/台风
temperature/气温; sell,sold/卖,出售; buy,bought,purchase/买,购买; make,made/做,制作; give,given/给; get,gets/得到,拿到
look,see/看; learn/学; teach/教; play/玩; sing/唱; dance/跳舞; swim,swimming/游泳; run,running/跑步
sport,sports/体育,运动; football,soccer/足球; basketball/篮球; ball/球; game/游戏; film,movie/电影; music/音乐
holiday,travel/旅行,旅游; camp,camping/露营; hike/徒步; ski,skiing/滑雪; fishing/钓鱼; climb/爬; answer/接
ask/问,咨询; know/知道; want/想,想要; like/喜欢; wait/等; stop/停; stop,stops/停靠,停站,经停; turn off,close/关,关闭
turn on,open/打开; put/放; leave,put back/放,留; leave out,take off,remove/摘,脱,取下; music/放音乐
dispose,throw away/处理,扔,扔掉; posted,put up/张贴,贴; household,family/每户,户; prescribed,prescription/开方,处方
cheapest/最便宜; most expensive,dearest/最贵; switch off,turn off/关掉; earn,earned/获得,得到; win/赢; choose/选
swap/交换; cold/凉; warm/暖; clean/干净; dirty/脏; new/新; old/旧,老; big,large/大; small/小; long/长; short/短
fast/快; slow/慢; heavy/重; light/轻; full/满; empty/空; best/最好; worst/最差; same/相同; different/不同
quality/质量; service life/寿命; capacity/容量; power,watt/功率,瓦; voltage/电压; speed/速度,网速; noise level/噪音
storage/存放,储存,保存; instructions,directions/用法,用法用量; ingredients/成分; company name/公司名称
manufacturer,maker/生产企业,厂家,制造商; age limit/年龄限制; opening date/开业; anniversary/周年; speech/讲话
prize,award/奖品,奖; competition,contest/比赛; winner/冠军; photo/照片; member day/会员日
points balance,total points/累计积分; this time/本次; oil bottle/桶油; bottle of oil/桶油,食用油
"""
"""Concepts, parted by semicolons or lines: English words, a slash, Chinese words; the plainest first."""
