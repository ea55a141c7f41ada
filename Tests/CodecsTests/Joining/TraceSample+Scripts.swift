import Codecs

extension TraceSample {
    static let scripts = [
        TraceSample(
            "Python, chained and without a message",
            .traces(.python),
            #"""
            ▶2026-11-24 10:00:00,123 ERROR shop: failed
            Traceback (most recent call last):
              File "/app/shop.py", line 10, in sell
                return self.stock[item]
                       ~~~~~~~~~~^^^^^^
            KeyError: 'pear'

            During handling of the above exception, another exception occurred:

            Traceback (most recent call last):
              File "/app/shop.py", line 14, in main
                raise shop.errors.SoldOut(item) from None
              [Previous line repeated 996 more times]
            shop.errors.SoldOut
            ▶2026-11-24 10:00:01,000 INFO shop: goes on
            ▶Traceback (most recent call last):
              File "<stdin>", line 1, in <module>
            ValueError: x

            The above exception was the direct cause of the following exception:

            Traceback (most recent call last):
              File "<stdin>", line 3, in <module>
            RuntimeError: y
            ▶an ordinary line
            """#,
        ),
        TraceSample(
            "Python, syntax and groups",
            .traces(.python),
            #"""
            ▶starting
            ▶  File "/app/bad.py", line 1
                print("x"
                     ^
            SyntaxError: '(' was never closed
            ▶starting
            ▶  + Exception Group Traceback (most recent call last):
              |   File "/app/g.py", line 3, in <module>
              |     raise ExceptionGroup("two", [ValueError(1), TypeError(2)])
              | ExceptionGroup: two (2 sub-exceptions)
              +-+---------------- 1 ----------------
                | ValueError: 1
                +---------------- 2 ----------------
                | TypeError: 2
                +------------------------------------
            ▶Exception ignored in: <function f at 0x7f>
            Traceback (most recent call last):
              File "/app/g.py", line 3, in __del__
            AttributeError: 'NoneType' object has no attribute 'x'
            ▶next
            """#,
        ),
        TraceSample(
            "Ruby, before and after 3.4",
            .traces(.ruby),
            #"""
            ▶ready
            ▶/app/shop.rb:3:in `sell': no stock (RuntimeError)
            ⇥from /app/shop.rb:9:in `block in <main>'
            ⇥from /app/shop.rb:8:in `each'
            ▶/app/shop.rb:3:in 'Shop#sell': no stock (Shop::Error)
            ⇥from /app/shop.rb:9:in 'block in <main>'
            ▶ready
            ▶E, [2026-11-24T10:00:00.123456 #7] ERROR -- : no stock (RuntimeError)
            /app/shop.rb:3:in `sell'
            /app/shop.rb:9:in `<main>'
            ▶I, [2026-11-24T10:00:01.123456 #7]  INFO -- : goes on
            """#,
        ),
        TraceSample(
            "Rails",
            .traces(.ruby),
            #"""
            ▶Started GET "/" for 127.0.0.1
            ▶ActionView::Template::Error (undefined method `name' for nil:NilClass):
                1: <h1><%= @shop.name %></h1>
                2: <p>Welcome</p>
              
            app/views/shops/show.html.erb:1:in `_app_views_shops_show'
            app/controllers/shops_controller.rb:7:in `show'
            ▶Completed 500 in 3ms
            """#,
        ),
        TraceSample(
            "PHP",
            .traces(.php),
            #"""
            ▶[24-Nov-2026 10:00:00 UTC] PHP Fatal error:  Uncaught RuntimeException: no stock in /a.php:3
            Stack trace:
            #0 /app/index.php(9): sell('pear')
            #1 {main}

            Next LogicException: outer in /app/index.php:12
            Stack trace:
            #0 {main}
              thrown in /app/index.php on line 12
            ▶NOTICE: ready to handle connections
            ▶PHP Warning:  Undefined variable $x in /app/index.php on line 4
            ▶PHP Stack trace of something else
            ▶[2026-11-24 10:00:00] local.ERROR: no stock {"exception":"[object] (Error(code: 0): x at /a)
            [stacktrace]
            #0 /app/vendor/laravel/framework/src/Kernel.php(9): App\\Shop->sell()
            #1 {main}
            "} 
            ▶done
            """#,
        ),
    ]
}
